"""What is on offer put together for its pages: schemes and places, hosts and their answers, projects, matches."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tracker.accounts.models import User
from tracker.core.calendar import financial_year_start
from tracker.core.clock import today
from tracker.core.text import format_number
from tracker.fellowships import skills
from tracker.fellowships.dossier import Tag
from tracker.fellowships.fit import Fit, Side, fit
from tracker.fellowships.lifecycle import HostAnswer
from tracker.fellowships.models import Preference, Project, SchemeRound
from tracker.fellowships.queries import offers as queries
from tracker.fellowships.queries.offers import Hosting, Pair
from tracker.people.models import Person

ANSWERS = {
    HostAnswer.YES: Tag("Yes", "green"),
    HostAnswer.MAYBE: Tag("Maybe", "yellow"),
    HostAnswer.NO: Tag("No", "red"),
}
UNANSWERED = Tag("Not answered", "grey")


def this_year() -> int:
    """The calendar year in which the financial year of today began."""
    return financial_year_start(today()).year


def year_words(year: int) -> str:
    """A financial year as it is printed: 2026 to 2027."""
    return f"{year} to {year + 1}"


def scheme_rows() -> list[dict[str, Any]]:
    """Every scheme: its rounds, the places wanted and how many placements were ever in post."""
    filled = queries.filled_by_scheme()
    return [
        {
            "scheme": one,
            "rounds": [_round(each) for each in one.rounds],
            "wanted": sum(each.places or 0 for each in one.rounds) or None,
            "filled": filled.get(one.id, 0),
            "length": _months(one.min_months, one.max_months),
        }
        for one in queries.schemes()
    ]


def _months(least: int | None, most: int | None) -> str:
    if least is None or most is None:
        return "–"
    return f"{least} months" if least == most else f"{least} to {most} months"


def _round(one: SchemeRound) -> str:
    places = f", {one.places} places wanted" if one.places else ""
    return f"{one.name}{places}"


def host_rows(user: User) -> list[dict[str, Any]]:
    """The organisations a user answers for, with what was said for this financial year."""
    answers, fellows = queries.offers(this_year()), queries.fellows_at()
    rows = []
    for one in queries.hosts(user):
        offer = answers.get(one.id)
        rows.append(
            {
                "name": one.name,
                "slug": one.slug,
                "answer": ANSWERS[offer.answer] if offer else UNANSWERED,
                "reason": offer.reason if offer else "",
                "fellows": fellows.get(one.id, 0),
            }
        )
    return rows


def answered(host: Hosting) -> dict[str, object]:
    """What an organisation said for this financial year, to be said again."""
    offer = queries.offers(this_year()).get(host.organisation.id)
    return {} if offer is None else {"answer": offer.answer.value, "reason": offer.reason}


def project_rows(user: User) -> list[dict[str, Any]]:
    """The projects a user may see."""
    taken = queries.places_taken()
    return [
        {
            "ref": one.ref,
            "title": one.title,
            "host": one.organisation.name,
            "places": places(one, taken),
            "starts_on": one.starts_on,
            "state": state_of(one, taken),
        }
        for one in queries.projects(user)
    ]


def places(project: Project, taken: Mapping[int, int]) -> str:
    """How many places of how many are left."""
    return f"{project.capacity - taken.get(project.id, 0)} of {project.capacity}"


def state_of(project: Project, taken: Mapping[int, int]) -> Tag:
    """Whether the project can be had."""
    if not project.is_on_offer:
        return Tag("Closed", "grey")
    return Tag("Full", "orange") if taken.get(project.id, 0) >= project.capacity else Tag("Places left", "green")


def of_project(project: Project) -> dict[str, Any]:
    """What the page of a project shows, as a fellow would see it."""
    taken = queries.places_taken()
    return {
        "project": project,
        "state": state_of(project, taken),
        "skills": skills.named([one.skill_code for one in project.skills]),
        "facts": [
            {"label": "Host", "value": project.organisation.name},
            {"label": "Scheme", "value": project.scheme.name},
            {"label": "Where", "value": where(project)},
            {"label": "First day", "value": project.starts_on},
            {"label": "Last day", "value": project.ends_on},
            {"label": "Full-time equivalent", "value": format_number(project.fte, 2)},
            {"label": "Places left", "value": places(project, taken)},
            {"label": "Supervisor", "value": project.supervisor.shown_name if project.supervisor else None},
        ],
        "is_last": project.capacity - taken.get(project.id, 0) == 1,
    }


def where(project: Project) -> str:
    """The place of work in words."""
    parts = [part for part in (project.location, project.region.name if project.region else "") if part]
    return ", ".join(parts) or "Anywhere"


def opened_project(project: Project) -> dict[str, object]:
    """What a project says of itself, to be changed."""
    return {
        "version": project.version,
        "title": project.title,
        "description": project.description,
        "scheme": project.scheme.code,
        "capacity": str(project.capacity),
        "fte": Decimal(str(project.fte)),
        "region": project.region.name if project.region else "",
        "location": project.location,
        "supervisor_email": project.supervisor.email if project.supervisor else "",
        "supervisor_name": project.supervisor.name if project.supervisor else "",
        "starts_on": project.starts_on,
        "ends_on": project.ends_on,
        "skills": [one.skill_code for one in project.skills],
    }


def scheme_choices() -> dict[str, str]:
    """Schemes as choices, by code."""
    return {one.code: one.name for one in queries.schemes()}


@dataclass(frozen=True)
class Match:
    """A project beside what a fellow looks for: how it fits, how both rank, whether it can be had."""

    project: Project
    fit: Fit
    fellow_rank: int | None
    host_rank: int | None
    state: Tag
    left: int

    @property
    def order(self) -> tuple[bool, int, int, int]:
        """What can be had comes first, then what fits best, then what is ranked highest."""
        worst = 10_000
        return self.left <= 0, -self.fit.good, self.fellow_rank or worst, self.host_rank or worst


def matches(person: Person) -> list[Match]:
    """Every project on offer beside what a fellow looks for, the best first."""
    side, names = looks_for(queries.preference(person)), skills.framework()
    taken, ranked = queries.places_taken(), queries.choices(person)
    found = []
    for project in queries.open_projects():
        choice = ranked.get(project.id)
        found.append(
            Match(
                project,
                fit(side, offers(project), names),
                choice.fellow_rank if choice else None,
                choice.host_rank if choice else None,
                state_of(project, taken),
                project.capacity - taken.get(project.id, 0),
            )
        )
    return sorted(found, key=lambda one: one.order)


def looks_for(preference: Preference | None) -> Side:
    """What a fellow looks for; anything, where nothing was said."""
    if preference is None:
        return Side((), None, None, None, 1.0)
    region = preference.region.name if preference.region else None
    codes = [one.skill_code for one in preference.skills]
    return Side(codes, region, preference.starts_on, preference.ends_on, preference.fte)


def offers(project: Project) -> Side:
    """What a project needs."""
    region = project.region.name if project.region else None
    codes = [one.skill_code for one in project.skills]
    return Side(codes, region, project.starts_on, project.ends_on, project.fte)


def wished(preference: Preference | None) -> dict[str, object]:
    """What a fellow looks for, to be changed."""
    if preference is None:
        return {"fte": Decimal(1)}
    said = looks_for(preference)
    return {
        "region": said.region or "",
        "starts_on": said.starts_on,
        "ends_on": said.ends_on,
        "fte": Decimal(str(said.fte)),
        "skills": list(said.skills),
    }


def wishes(preference: Preference | None) -> list[dict[str, Any]]:
    """What a fellow looks for, line by line."""
    said = looks_for(preference)
    return [
        {"label": "Where", "value": said.region or "Anywhere"},
        {"label": "Free from", "value": said.starts_on or "any day"},
        {"label": "Free until", "value": said.ends_on or "any day"},
        {"label": "Full-time equivalent at most", "value": format_number(said.fte, 2)},
        {"label": "Skills", "value": ", ".join(skills.named(said.skills)) or None},
    ]


def ranks(pair: Pair) -> dict[str, int | None]:
    """How fellow and host rank each other; None is not ranked."""
    choice = queries.choices(pair.person).get(pair.project.id)
    return {
        "fellow_rank": None if choice is None else choice.fellow_rank,
        "host_rank": None if choice is None else choice.host_rank,
    }


def ranked(pair: Pair) -> dict[str, object]:
    """How fellow and host rank each other, to be changed."""
    return {name: str(rank or "") for name, rank in ranks(pair).items()}


def last_place(project: Project) -> str:
    """A warning where an offer would take the last place of a project."""
    left = project.capacity - queries.places_taken().get(project.id, 0)
    if left <= 0:
        return "Every place of this project is taken: it can be proposed, but not offered until one is free."
    return "This is the last place: once it is offered the project is full." if left == 1 else ""
