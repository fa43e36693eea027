"""Writes invented people straight into the tables, as quickly as each database takes them."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.benchmarks.people import DAYS, LAST, Somebody, Walk, organisations
from tracker.core.db import is_sqlite
from tracker.core.text import name_key
from tracker.organisations.models import Grade, Organisation, Profession, Region
from tracker.people.services import search_words, sort_key
from tracker.training.models import Programme

AT_ONCE = 20_000
TABLES = {
    "person": "id ref first_name last_name email email_key name_key sort_key fte created_at version",
    "person_word": "word person_id",
    "posting": "id person_id organisation_id grade_id profession_id region_id starts_on recorded_at reason created_at",
    "cohort": "id code programme_id starts_on version",
    "journey": "id ref strand person_id created_at version",
    "enrolment": "journey_id cohort_id",
    "enrolment_key": "person_id cohort_id journey_id",
    "event": "id journey_id kind stage effective_on promised_on recorded_at source",
    "event_void": "event_id voided_at cause reason",
}
"""What is written, table by table, in an order that no foreign key minds."""
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@cache
def instant(day: int, minute: int) -> str:
    """An instant on a day, by its number, as both databases read it (UTC)."""
    return f"{DAYS[day]} {9 + minute // 60:02}:{minute % 60:02}:00.000000"


def _reference(number: int) -> str:
    """Ten letters and digits, another for each number, that do not sort as the numbers do."""
    number = number * 2_654_435_761 % 2**50
    return "".join(ALPHABET[number >> shift & 31] for shift in range(0, 50, 5))


class Rows:
    """Collects rows and sends them off by the thousand."""

    def __init__(self, session: Session) -> None:
        """Look up what the rows will refer to."""
        self.session = session
        self.sqlite = is_sqlite(session)
        if not self.sqlite:
            # The rows are made to fit: looking every reference up would double the time.
            for setting in ("session_replication_role = replica", "statement_timeout = 0", "work_mem = '256MB'"):
                session.execute(text(f"SET LOCAL {setting}"))
        slugs = dict(session.execute(select(Organisation.slug, Organisation.id)).all())
        self.places = [slugs[slug] for slug in organisations()]
        self.grades = dict(session.execute(select(Grade.code, Grade.id)).all())
        self.professions = dict(session.execute(select(Profession.name, Profession.id)).all())
        self.regions = dict(session.execute(select(Region.name, Region.id)).all())
        self.programmes = dict(session.execute(select(Programme.code, Programme.id)).all())
        self.waiting: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
        self.cohorts: dict[str, int] = {}
        self.ids = dict.fromkeys(("posting", "journey", "event"), 0)

    def next_id(self, table: str) -> int:
        self.ids[table] += 1
        return self.ids[table]

    def add(self, one: Somebody) -> None:
        """Add one person with everything that belongs to them."""
        person, first, last, email = one.number, one.first_name, one.last_name, one.email
        created = instant(one.walks[0].began, person % 480)
        keys = (email, name_key(first, last), sort_key(first, last))
        self.waiting["person"].append((person, one.ref, first, last, email, *keys, one.fte, created, 1))
        self.waiting["person_word"].extend((word, person) for word in search_words(first, last, email, one.ref))
        known = (self.grades[one.grade], self.professions[one.profession], self.regions[one.region])
        for turn, (place, day) in enumerate(one.places):
            # A posting of a file holds from the first event on; a transfer is known from when it was recorded.
            when = (DAYS[day], instant(day, 300)) if turn else (DAYS[one.walks[0].began], None)
            row = (self.next_id("posting"), person, self.places[place], *known, *when, "", created)
            self.waiting["posting"].append(row)
        for walk in one.walks:
            self._add_walk(person, walk)
        if len(self.waiting["person"]) >= AT_ONCE:
            self.send()

    def _add_walk(self, person: int, walk: Walk) -> None:
        journey, cohort = self.next_id("journey"), self._cohort(walk)
        begun = instant(walk.began, person % 480)
        self.waiting["journey"].append((journey, _reference(journey), "training", person, begun, 1))
        self.waiting["enrolment"].append((journey, cohort))
        self.waiting["enrolment_key"].append((person, cohort, journey))
        before, late = -1, 0
        for place, move in enumerate(walk.moves):
            # What happens on one day is recorded in the order it happened.
            late = max(move.late, late) if move.day == before else move.late
            before = move.day
            promised = None if move.promised is None else DAYS[min(move.promised, len(DAYS) - 1)]
            self._add_event(journey, move.stage, move.day, promised, instant(move.day + late, (person + place) % 480))
        if journey % 150 == 0 and before < LAST:
            # Something that was recorded for the next day and found to be wrong ten days later.
            event = self._add_event(journey, "withdrawn", before + 1, None, instant(before + 1, 200))
            void = (event, instant(before + 11, 200), "correction", "Another person was meant")
            self.waiting["event_void"].append(void)

    def _add_event(self, journey: int, stage: str, day: int, promised: str | None, recorded: str) -> int:
        event = self.next_id("event")
        self.waiting["event"].append((event, journey, "stage", stage, DAYS[day], promised, recorded, "form"))
        return event

    def _cohort(self, walk: Walk) -> int:
        if walk.cohort not in self.cohorts:
            self.cohorts[walk.cohort] = len(self.cohorts) + 1
            row = (self.cohorts[walk.cohort], walk.cohort, self.programmes[walk.programme], DAYS[walk.began], 1)
            self.waiting["cohort"].append(row)
        return self.cohorts[walk.cohort]

    def send(self) -> None:
        """Send what is waiting, in an order that no foreign key minds."""
        for table, rows in self.waiting.items():
            self._load(table, rows if table != "person_word" else sorted(rows))
            rows.clear()

    def finish(self) -> None:
        """Send the rest; later rows get the numbers after these."""
        self.send()
        if not self.sqlite:
            for table in ("person", "posting", "cohort", "journey", "event"):
                number = f"pg_get_serial_sequence('{table}', 'id')"
                self.session.execute(text(f"SELECT setval({number}, (SELECT coalesce(max(id), 1) FROM {table}))"))

    def _load(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        columns = TABLES[table].split()
        named = f"{table} ({', '.join(columns)})"
        driver: Any = self.session.connection().connection.driver_connection
        if self.sqlite:
            driver.executemany(f"INSERT INTO {named} VALUES ({', '.join('?' * len(columns))})", rows)
            return
        with driver.cursor() as cursor, cursor.copy(f"COPY {named} FROM STDIN") as copy:
            lines = ("\t".join(r"\N" if value is None else str(value) for value in row) for row in rows)
            copy.write("".join(f"{line}\n" for line in lines))
