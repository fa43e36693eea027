"""Counting by walking: everybody's story as at the close of a day, as known at an instant, one person after another.

The definitions of the figures are written out here once more (domain page, Figures; fine print B to E), so that what
the pages say rests on two readings of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from tracker.progress.recount.codes import (
    BELOW,
    FINDINGS,
    FROM,
    MEDIANS,
    OF_PAIRS,
    OF_PEOPLE,
    RATIOS,
    STANDING,
    SUMS,
)
from tracker.progress.recount.past import Course, Found, Happened, Life, Posted, Rated, Rules, Sent

DONE = ("completed", "in-role")
OPEN = frozenset(
    "advert closed sift shortlist assessment interview merit-order offer checks formal-offer".split()  # noqa: SIM905
)
FIRST_FRIDAY, LATEST = date(2000, 1, 7), date(2100, 1, 1)
Parts = tuple[int | None, int | None, float | None]


class Walk:
    """The figures of one day, as known at one instant, as they grow with every life that is looked at."""

    def __init__(self, as_at: date, known_at: datetime, rules: Rules) -> None:
        """Begin with nobody."""
        self.as_at, self.known_at, self.rules = as_at, known_at, rules
        self.counted: dict[str, dict[int, dict[object, float]]] = {}
        self.closed_lately: set[int] = set()
        self.candidates: list[tuple[int, int, int]] = []

    def add(self, code: str, organisation_id: int | None, record: object, value: float = 1.0) -> None:
        """Count a record for an organisation, once however often it is said."""
        if organisation_id is not None:
            self.counted.setdefault(code, {}).setdefault(organisation_id, {})[record] = value

    def figure(self, code: str, members: Iterable[int]) -> Parts:
        """Numerator, denominator and value of a figure over some organisations."""
        those = set(members)
        values = self._records(code, those)
        if code in MEDIANS:
            return None, len(values), float(median(values.values())) if values else None
        if code in SUMS:
            return None, None, float(sum(values.values()))
        if code in RATIOS:
            above, below = len(values), len(self._records(code + BELOW, those))
            return above, below, above / below if below else None
        return len(values), None, float(len(values))

    def _records(self, code: str, members: set[int]) -> dict[object, float]:
        found: dict[object, float] = {}
        for organisation_id, records in self.counted.get(code, {}).items():
            if organisation_id in members:
                found |= records
        return found

    def look_at(self, life: Life) -> None:
        """Count what there is to count of somebody, or of what is nobody's."""
        told = [(course, self.history(course)) for course in life.courses]
        training = [(course, history) for course, history in told if course.strand == "training" and history]
        if life.person_id is not None and training:
            _Training(self, life, training).count()
        self._skills(life)
        self._findings(life)
        for course, history in told:
            if course.strand == "fellowships":
                self._placement(life, course, history)
            elif course.strand == "leadership" and history:
                self._recruitment(course, history)

    def is_known(self, recorded_at: datetime | None, voided_at: datetime | None) -> bool:
        """Whether something was known at the instant."""
        return (recorded_at is None or recorded_at <= self.known_at) and (
            voided_at is None or voided_at > self.known_at
        )

    def place(self, life: Life, day: date) -> int | None:
        """Where somebody was on a day."""
        known = [one for one in life.postings if self.is_known(one.recorded_at, one.voided_at)]
        order: list[Posted] = sorted(known, key=lambda one: (one.on, one.created_at, one.id))
        begun = [one for one in order if one.on <= day] or order[:1]
        return begun[-1].organisation_id if begun else None

    def _skills(self, life: Life) -> None:
        """What was assessed at the start and at the end: every skill, every level risen, and who rose first when."""
        rises: list[tuple[date, int]] = []
        for course in life.courses:
            last: dict[tuple[str, str], Rated] = {}
            for one in sorted(course.ratings, key=lambda one: one.id):
                if one.recorded_at <= self.known_at:
                    last[one.moment, one.skill] = one
            for (moment, skill), end in last.items():
                start = last.get(("start", skill))
                if moment != "end" or end.on > self.as_at or start is None or start.level is None or end.level is None:
                    continue
                there = self.place(life, end.on)
                self.add("training.skill_rise" + BELOW, there, (course.id, skill))
                for step in range(start.level, end.level):
                    self.add("training.skill_rise", there, (course.id, skill, step))
                if end.level > start.level:
                    rises.append((end.on, course.id))
        if rises:
            self.add("training.skills_gained", self.place(life, min(rises)[0]), life.person_id)

    def _findings(self, life: Life) -> None:
        """What breaks a rule on the day, each counted as what the rule is about."""
        for one in life.findings:
            if one.rule in FINDINGS and self._is_open(one):
                journey = life.person_id if one.journey_id is None else one.journey_id
                record = one.id if one.rule in OF_PAIRS else life.person_id if one.rule in OF_PEOPLE else journey
                self.add(FINDINGS[one.rule], self.place(life, self.as_at), record)

    def _is_open(self, one: Found) -> bool:
        closed = one.closed_on if one.closed_at is None or one.closed_at <= self.known_at else None
        is_found = one.opened_at is None or one.opened_at <= self.known_at
        return is_found and one.opened_on <= self.as_at and (closed is None or self.as_at < closed)

    def history(self, course: Course) -> list[Happened]:
        """The stages of a journey in their order."""
        lines = [one for one in course.lines if one.stage is not None and one.on <= self.as_at]
        known = [one for one in lines if self.is_known(one.recorded_at, one.voided_at)]
        return sorted(known, key=lambda one: (one.on, one.recorded_at, one.id))

    def _host(self, course: Course, day: date) -> int | None:
        """The host of a placement on a day."""
        moves = [one for one in course.lines if one.host_id is not None and one.on <= day]
        known = [one for one in moves if self.is_known(one.recorded_at, one.voided_at)]
        last = max(known, key=lambda one: (one.on, one.id), default=None)
        return last.host_id if last else course.first_host_id

    def _placement(self, life: Life, course: Course, history: Sequence[Happened]) -> None:
        last = history[-1] if history else None
        began = next((one.on for one in history if one.stage == "in-post"), None)
        year = self.as_at.year if self.as_at >= date(self.as_at.year, 4, 1) else self.as_at.year - 1
        if began is not None and began >= date(year, 4, 1):
            self._fellow("fellowships.started_in_year", life, course, began)
        if last is not None and last.stage == "in-post":
            self._fellow("fellowships.in_post", life, course, self.as_at)
        if last is not None and last.stage in ("completed", "ended-early"):
            self._fellow(f"fellowships.{last.stage.replace('-', '_')}", life, course, last.on)
        logs = self._logs(course)
        for log in logs:
            if log.week_ending > self.as_at:
                continue
            self._week("fellowships.days_logged", life, course, log.week_ending, log.log_id, log.days)
            if any(on <= self.as_at and self.is_known(at, voided) for on, at, voided in log.approvals):
                self._week("fellowships.days_signed_off", life, course, log.week_ending, log.log_id, log.days)
        if began is not None:
            sent = {log.week_ending for log in logs}
            for friday in self._fridays(began, _left(history)):
                if friday not in sent:
                    self._week("fellowships.logs_overdue", life, course, friday, (course.id, friday))

    def _week(self, code: str, life: Life, course: Course, friday: date, record: object, value: float = 1.0) -> None:
        """Count something of a week at the host of its Friday, and from where the fellow was posted on it."""
        self.add(code, self._host(course, friday), record, value)
        self.add(code + FROM, self.place(life, friday), record, value)

    def _fellow(self, code: str, life: Life, course: Course, day: date) -> None:
        """Count a fellow at the host of a day, and from where they were posted on it."""
        self.add(code, self._host(course, day), life.person_id)
        self.add(code + FROM, self.place(life, day), life.person_id)

    def _logs(self, course: Course) -> list[Sent]:
        """The log of each week as it was last sent."""
        latest: dict[int, Sent] = {}
        for one in course.logs:
            if self.is_known(one.sent_at, one.voided_at) and (
                one.log_id not in latest or latest[one.log_id].number < one.number
            ):
                latest[one.log_id] = one
        return list(latest.values())

    def _fridays(self, began: date, left: date | None) -> Iterator[date]:
        """The ends of weeks in which somebody was in post from Monday to Friday, over for a week on the day."""
        friday = max(FIRST_FRIDAY, began + timedelta(days=(4 - began.weekday()) % 7))
        end = min(self.rules.last_planned_end or began, LATEST)
        while friday + timedelta(days=7) <= self.as_at and friday - timedelta(days=7) < end + timedelta(days=366):
            if left is not None and left <= friday - timedelta(days=4):
                return
            yield friday
            friday += timedelta(days=7)

    def _recruitment(self, course: Course, history: Sequence[Happened]) -> None:
        if course.vacancy_id is not None and course.organisation_id is not None:
            self._candidacy(course, history)
        elif course.organisation_id is not None:
            self._vacancy(course, history)

    def _is_late(self, day: date) -> bool:
        """Whether a day lies in the 12 months to the day."""
        try:
            before = self.as_at.replace(year=self.as_at.year - 1)
        except ValueError:
            before = date(self.as_at.year - 1, 2, 28)
        return before < day <= self.as_at

    def _vacancy(self, course: Course, history: Sequence[Happened]) -> None:
        stages, at = [one.stage for one in history], course.organisation_id
        entered = {stage: next(one.on for one in history if one.stage == stage) for stage in stages}
        if "in-post" in entered:
            self.add("leadership.appointed", at, course.id)
        if stages[-1] in OPEN:
            self.add("leadership.open", at, course.id)
        if stages[-1] in ("offer", "checks"):
            self.add("leadership.offers_out", at, course.id)
        if any(one.stage == "closed" and self._is_late(one.on) for one in history):
            self.add("leadership.applicants_per_post" + BELOW, at, course.id)
            self.closed_lately.add(course.id)
        if not course.by_competition:
            return
        if "offer" in stages:
            place = len(stages) - 1 - stages[::-1].index("offer")
            closings = [one.on for one in history[:place] if one.stage == "closed"]
            if closings and self._is_late(history[place].on):
                days = (history[place].on - max(closings)).days
                self.add("leadership.median_days_to_hire", at, course.id, days)
        if "in-post" in entered and "approval" in entered and self._is_late(entered["in-post"]):
            days = (entered["in-post"] - entered["approval"]).days
            self.add("leadership.median_days_to_fill", at, course.id, days)

    def _candidacy(self, course: Course, history: Sequence[Happened]) -> None:
        assert course.vacancy_id is not None
        assert course.organisation_id is not None
        self.candidates.append((course.id, course.vacancy_id, course.organisation_id))
        answers = {one.stage for one in history if self._is_late(one.on)}
        if "accepted" in answers:
            self.add("leadership.offer_acceptance", course.organisation_id, course.id)
        if answers & {"accepted", "declined"}:
            self.add("leadership.offer_acceptance" + BELOW, course.organisation_id, course.id)

    def finish(self) -> None:
        """Count what could only be counted once everything was seen: the candidates of posts that closed lately."""
        for id, vacancy_id, organisation_id in self.candidates:
            if vacancy_id in self.closed_lately:
                self.add("leadership.applicants_per_post", organisation_id, id)


def _left(history: Sequence[Happened]) -> date | None:
    """The day a placement was in post no more, if it was."""
    last = max(place for place, one in enumerate(history) if one.stage == "in-post")
    return history[last + 1].on if last + 1 < len(history) else None


@dataclass(frozen=True)
class _Training:
    """The enrolments of one person."""

    walk: Walk
    life: Life
    told: list[tuple[Course, list[Happened]]]

    def place(self, day: date) -> int | None:
        """Where the person was on a day."""
        return self.walk.place(self.life, day)

    def count(self) -> None:
        walk, who = self.walk, self.life.person_id
        here = self.place(walk.as_at)
        for stage in STANDING:
            if any(history[-1].stage == stage for _, history in self.told):
                walk.add(f"training.{stage.replace('-', '_')}", here, who)
        if any(self._is_overdue(history[-1]) for _, history in self.told):
            walk.add("training.at_risk", here, who)
        trained = self._first_trained()
        if trained is not None:
            walk.add("training.trained", self.place(trained), who)
            roles = [one.on for _, history in self.told for one in history if one.stage == "in-role"]
            if roles:
                walk.add("training.in_role", self.place(min(roles)), who)
        for stage in ("withdrawn", "not-completed"):
            left = [history[-1].on for _, history in self.told if history[-1].stage == stage]
            if left and not any(_done(history) for _, history in self.told):
                walk.add(f"training.{stage.replace('-', '_')}", self.place(max(left)), who)
        for course, history in self.told:
            self._ended(course, history)
            self._lasted(course, history)

    def _is_overdue(self, last: Happened) -> bool:
        return last.stage == "on-break" and last.promised_on is not None and last.promised_on < self.walk.as_at

    def _first_trained(self) -> date | None:
        done = [(course, _done(history)) for course, history in self.told]
        return min((day for course, day in done if day and self._counts(course.programme_id, day)), default=None)

    def _counts(self, programme_id: int | None, day: date) -> bool:
        """Whether completing a programme on a day counts to the target."""
        rules = self.walk.rules
        if programme_id not in rules.said:
            return rules.qualifies.get(programme_id or 0, False)
        known = [one for one in rules.said[programme_id] if one[3] is None or one[3] <= self.walk.known_at]
        begun = sorted(one for one in known if one[0] <= day)
        return begun[-1][2] if begun else False

    def _ended(self, course: Course, history: list[Happened]) -> None:
        code, done, last = "training.completion_rate", _done(history), history[-1]
        if done is not None:
            self.walk.add(code, self.place(done), course.id)
            self.walk.add(code + BELOW, self.place(done), course.id)
        started = any(one.stage == "in-training" for one in history)
        if last.stage == "not-completed" or (last.stage == "withdrawn" and started):
            self.walk.add(code + BELOW, self.place(last.on), course.id)

    def _lasted(self, course: Course, history: list[Happened]) -> None:
        stages = [one.stage for one in history]
        if "in-training" not in stages or "completed" not in stages:
            return
        began, ended = stages.index("in-training"), stages.index("completed")
        if began > ended:
            return
        days = (history[ended].on - history[began].on).days
        for place in range(began, ended):
            if stages[place] == "on-break":
                days -= (history[place + 1].on - history[place].on).days
        self.walk.add("training.median_days_to_complete", self.place(history[ended].on), course.id, days)


def _done(history: Sequence[Happened]) -> date | None:
    """The day of a journey's first completion."""
    return next((one.on for one in history if one.stage in DONE), None)
