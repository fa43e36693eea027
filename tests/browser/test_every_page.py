"""Every page that a role is led to, from its own front page on: it answers, is whole, and fits a telephone.

Every page is asked for, of a view that makes files one, and each is shown to the browser. `make test` only
walks over the pages of who is not signed in: there the journeys show theirs, and the access matrix asks for all.
"""

from collections import Counter
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import pytest
from sqlalchemy import select

from tests.api.systems import make_token
from tests.browser.conftest import AT, Visit
from tests.browser.identities import led_to
from tests.browser.site import Site
from tests.browser.someone import days_ago, someone
from tests.browser.visitor import Visitor
from tests.factories import make_user
from tests.markup import Seen
from tracker.accounts import queries as accounts
from tracker.accounts.permissions import GRANTS, Reach, Role
from tracker.following.services import keep_view
from tracker.leadership.models import Candidacy, Vacancy
from tracker.training import queries
from tracker.training import services as training

MOST_OF_A_VIEW = 3
A_FILE = {"a file"}
WITHOUT_LINKS = frozenset(
    {
        *("imports.show", "imports.errors", "imports.undo"),  # the demonstration sent no file: see test_imports
        "enrolling.begun",  # follows a form: see test_enrolling
        "account.confirm",  # asked for only when it is needed
        "fellow_logs.unlock",  # on a week that is signed off: see test_fellow_logs
        *("api.cohorts", "api.events", "api.forecasts", "api.organisations", "api.people", "api.show_figures"),
        "api.targets",  # for other systems, like those before it
        *("progress_files.drawing", "progress_bridge.drawing", "fellowships.drawing"),  # pictures within pages
        *("progress_compare.drawing", "progress_scenario.drawing"),  # likewise
    }
)


class Crawl:
    """A walk over the pages, each kind once: a kind is a view and what its address asks for."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.site = visitor, visitor.site
        self.waiting: list[str] = []
        self.seconds: list[str] = []
        self.kinds: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.seen: set[str] = set()
        self.reached: set[str] = set()

    def view(self, path: str) -> str:
        return self.site.view(urlsplit(path).path)

    def is_known_file(self, path: str) -> bool:
        """Whether a view makes files, which are the same for everybody, and somebody was given one."""
        return not self.visitor.shown.lacks(self.view(path), A_FILE)

    def meet(self, path: str) -> None:
        """Take note of an address; the first of each kind waits to be opened, the second to be asked for at the end.

        Of one view, three kinds are opened.
        """
        if path in self.seen or urlsplit(path).path.startswith("/static/"):
            return
        self.seen.add(path)
        names = tuple(sorted({name for name, value in parse_qsl(urlsplit(path).query)}))
        kind = (self.view(path), names)
        self.kinds[kind] += 1
        if self.kinds[kind] == 1 and len([one for one in self.kinds if one[0] == kind[0]]) <= MOST_OF_A_VIEW:
            self.waiting.append(path)
        elif self.kinds[kind] == 2:
            self.seconds.append(path)

    def walk(self, *begin: str) -> None:
        self.waiting += begin
        while self.waiting:
            path = self.waiting.pop(0)
            if self.is_known_file(path):
                self.reached.add(self.view(path))
                continue
            answer = self.visitor.context.request.get(self.site.address + path, timeout=120_000)
            view = self.view(path)
            self.reached.add(view)
            if answer.status >= 400:
                self.visitor.complaints.append(f"{self.visitor.name}: {path} answers {answer.status}")
            elif "text/html" in answer.headers["content-type"]:
                self.visitor.open(path).look()
                for link in Seen(answer.text()).all("a"):
                    there = urldefrag(urljoin(answer.url, link.get("href", ""))).url
                    if there.startswith(self.site.address):
                        self.meet(there.removeprefix(self.site.address))
            else:
                self.visitor.shown.add(view, A_FILE)
        for path in self.seconds:
            if not self.is_known_file(path) and self.visitor.status_of(path) >= 400:
                self.visitor.complaints.append(f"{self.visitor.name}: {path} does not answer")


@pytest.mark.assure
def test_a_manager_is_led_to_every_page_a_manager_may_open(visit: Visit, programme: Site):
    manager = visit(Role.PROGRAMME_MANAGER)
    crawl = Crawl(manager)
    stages = (
        *("in-training {}", "enrolled {}", "withdrawn {}", "completed {}", "not-completed {}"),
        "on-break {} until " + days_ago(-30),
    )
    people = [someone(programme, stage.format(days_ago(90))) for stage in stages]

    # Of the demonstration's placements the first is only proposed, the tenth is over, the others are in post, and the
    # last waits for a longer time to be approved.
    fellows = [f"/fellowships/placements/FL00{number}" for number in ("01", "10", "15", "22", "22/logs")]
    with programme.reading() as session:
        sought = session.scalars(
            select(Vacancy.ref).join(Candidacy, Candidacy.vacancy_id == Vacancy.journey_id)
        ).first()
    # Of vacancies, and of bridges, the first that is met may be one without candidates, or of a training figure.
    more = (f"/leadership/vacancies/{sought}/candidates", "/progress/figures/leadership.appointed/change")
    nominee = someone(programme, f"nominated {days_ago(90)}")
    with programme.arrange():
        enrolment, user = queries.enrolment(nominee.enrolment), make_user()
        assert enrolment is not None
        enrolment.cohort.capacity = 1
        training.join_waiting_list(enrolment, by=user)
        draft = training.begin_draft(None, {"last_name": "Begun"}, by=user).ref
        reader = accounts.user_by_email(f"{Role.PROGRAMME_MANAGER}.{AT}@example.gov.uk")
        assert reader is not None
        keep_view(reader, "In training", "/people?stage=in-training", "nobody")
        make_token(reader.email)

    of_nominee = (f"/training/enrolments/{nominee.enrolment}", f"/training/cohorts/{nominee.cohort}")
    crawl.walk(
        *("/", *(f"/people/{who.person}" for who in people), *of_nominee, f"/training/enrol/drafts/{draft}"),
        *led_to(programme),
        *fellows,
        *more,
    )

    # A panel is sat on by being named, not by the role.
    held = {one for one, reach in GRANTS[Role.PROGRAMME_MANAGER].items() if reach is not Reach.PANEL} | {None}
    views = programme.app.view_functions
    open_to_managers = {
        rule.endpoint
        for rule in programme.app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and hasattr(views[rule.endpoint], "guard")
        and getattr(views[rule.endpoint].guard, "permission", "public") in held
    }
    assert open_to_managers - crawl.reached - WITHOUT_LINKS == set()


@pytest.mark.assure
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PROGRAMME_MANAGER])
def test_every_page_a_role_is_led_to_answers_and_fits(visit: Visit, role: Role):
    crawl = Crawl(visit(role))

    crawl.walk("/")

    assert "account.show" in crawl.reached
    may_see_figures = GRANTS[role].get(next(one for one in GRANTS[Role.LEADERSHIP]), Reach.OWN) is not Reach.OWN
    assert ("progress.show" in crawl.reached) == may_see_figures


def test_nobody_is_led_only_to_the_sign_in_page_and_what_helps_to_sign_in(visit: Visit):
    stranger = visit()

    crawl = Crawl(stranger)
    crawl.walk("/sign-in")

    assert crawl.reached <= {"accounts.sign_in", "home.show", "links.forgotten_password"}
    for path in ("/", "/people", "/progress", "/imports", "/admin/users", "/audit"):
        assert stranger.open(path).heading == "Sign in"
    stranger.open("/nowhere", 404).look("nowhere")
