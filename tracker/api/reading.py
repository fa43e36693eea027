"""Organisations, cohorts and people as other systems read them."""

from tracker.accounts.models import User
from tracker.api import answers, queries
from tracker.api.messages import AskPeople, Pages
from tracker.api.operations import NotThere, following
from tracker.organisations.queries import organisation, organisations, parent_links, with_children
from tracker.register.queries import PersonRow, Wanted, rows
from tracker.training.lifecycle import ENROLMENT


def all_organisations() -> answers.Organisations:
    """Every organisation there ever was, by the structure as it stands."""
    every = organisations()
    slugs = {one.id: one.slug for one in every}
    parents: dict[int, list[str]] = {}
    for child, parent in parent_links():
        parents.setdefault(child, []).append(slugs[parent])
    data = [
        answers.Organisation(
            slug=one.slug,
            name=one.name,
            abbreviation=one.abbreviation,
            kind=one.kind,
            opened_on=one.opened_on,
            closed_on=one.closed_on,
            is_closed=one.is_closed,
            parents=sorted(parents.get(one.id, [])),
            counted_under=slugs[one.present_id or one.id],
        )
        for one in every
    ]
    return answers.Organisations(data=data)


def cohorts(asked: Pages) -> answers.Cohorts:
    """A page of cohorts."""
    found = list(queries.cohorts_after(asked.cursor, asked.limit + 1))
    shown = found[: asked.limit]
    data = [
        answers.Cohort(
            code=one.code,
            programme=one.programme.code,
            programme_name=one.programme.name,
            qualifies=one.programme.qualifies,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            capacity=one.capacity,
            is_closed=one.closed_at is not None,
        )
        for one in shown
    ]
    return answers.Cohorts(data=data, next=following(shown[-1].id) if len(found) > len(shown) else None)


def people(asked: AskPeople, user: User) -> answers.People:
    """A page of the people within reach.

    :raises NotThere: if there is no such organisation or stage.
    """
    found = list(queries.people_after(_wanted(asked), user, asked.cursor, asked.limit + 1))
    shown = found[: asked.limit]
    slugs = queries.slugs_of(shown)
    data = [_person(row, slugs.get(row.ref)) for row in rows(shown)]
    return answers.People(data=data, next=following(shown[-1]) if len(found) > len(shown) else None)


def _wanted(asked: AskPeople) -> Wanted:
    unknown = [stage for stage in asked.stage if stage not in ENROLMENT.stages]
    if unknown:
        raise NotThere(f"There is no stage ‘{unknown[0]}’", "stage")
    named = organisation(asked.organisation) if asked.organisation else None
    if asked.organisation and named is None:
        raise NotThere("There is no such organisation", "organisation")
    return Wanted(
        stages=tuple(asked.stage),
        organisations=with_children(named.id) if named else None,
        programme=asked.programme or "",
        cohort=asked.cohort or "",
    )


def _person(row: PersonRow, slug: str | None) -> answers.Person:
    stands = [
        answers.Enrolment(
            ref=one.ref,
            programme=one.programme_code,
            cohort=one.cohort,
            stage=one.stage,
            since=one.since,
            return_on=one.return_on,
        )
        for one in row.enrolments
    ]
    return answers.Person(
        ref=row.ref,
        first_name=row.first_name,
        last_name=row.last_name,
        email=row.email,
        fte=row.fte,
        organisation=slug,
        grade=row.grade,
        profession=row.profession,
        region=row.region,
        enrolments=stands,
    )
