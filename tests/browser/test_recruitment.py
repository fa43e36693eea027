"""A senior post from its approval to in post: a panel of three, one who stands back, a declined offer, the next in
merit."""

from tests.browser.conftest import Visit, both_ways
from tests.browser.site import Site
from tests.browser.someone import days_ago
from tests.browser.visitor import PASSWORD, Visitor
from tests.factories import make_user
from tests.leadership.recruiting import make_campaign
from tracker.accounts import queries
from tracker.accounts.permissions import Role
from tracker.leadership.queries import vacancies

PANEL = ("Ada Chair", "Ben Member", "Cleo Member")
CANDIDATES = (("Dora", "Quill"), ("Emil", "Stone"), ("Fay", "Wren"))
LINE = (
    ("Advert", 80), ("Advert closed", 60), ("Sift", 58), ("Shortlist", 50), ("Interview", 40),
)  # fmt: skip


def address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@panel.example"


def member(visit: Visit, name: str) -> Visitor:
    """A panel member at a browser of their own."""
    return visit().open("/sign-in").sign_in(address(name))


def add_candidate(lead: Visitor, vacancy: str, first: str, last: str) -> None:
    lead.open(f"/leadership/vacancies/{vacancy}/candidates").follow("Add a candidate")
    lead.type("First name", first).type("Last name", last).day("When did the application come?", days_ago(70))
    lead.press("Add candidate").sees("The candidate is added", f"{first} {last}")


def move(lead: Visitor, act: str, day: int, button: str = "Record stage") -> None:
    lead.follow(act).day("When did it happen?", days_ago(day)).press(button)


def give(panelist: Visitor, vacancy: str, name: str, score: int, *, sees: str, not_sees: str) -> None:
    """Hand scores in; before, nothing of the others' is seen."""
    panelist.open(f"/leadership/vacancies/{vacancy}/candidates").follow(name).sees(sees).does_not_see(not_sees)
    panelist.look("before my scores").follow("Score the candidate").look("scoring")
    for answer in panelist.tab.locator(f"main fieldset input[value='{score}']").all():
        answer.check()
    panelist.press("Hand in").sees("Your scores are in")


def vacancy_stage(lead: Visitor, vacancy: str, stage: str, day: int) -> None:
    lead.open(f"/leadership/vacancies/{vacancy}").follow("Record a stage").pick(stage)
    lead.day("When did it happen?", days_ago(day)).press("Record stage").sees(stage)


@both_ways(quick=True)
def test_a_vacancy_is_run_from_approval_to_in_post(visit: Visit, programme: Site, script: bool):
    ref = f"CDO-{'script' if script else 'plain'}"
    with programme.arrange():
        make_campaign(ref, name=f"Data leaders {ref}")
        for name in PANEL:
            # Both journeys share the site, and its users.
            if queries.user_by_email(address(name)) is None:
                make_user(Role.DEPARTMENT_LEAD, name=name, email=address(name), password=PASSWORD)
    lead = visit(Role.RECRUITMENT_LEAD, script=script)
    vacancy = opened(lead, programme, ref)
    for name in PANEL:
        named(lead, vacancy, name)
    lead.look("panel")
    for stage, day in LINE[:2]:
        vacancy_stage(lead, vacancy, stage, day)
    for first, last in CANDIDATES:
        add_candidate(lead, vacancy, first, last)
    vacancy_stage(lead, vacancy, *LINE[2])
    lead.open(f"/leadership/vacancies/{vacancy}/candidates").look("candidates")
    chair, second, third = (member(visit, name) for name in PANEL)
    third.open(f"/leadership/vacancies/{vacancy}/candidates").follow("Dora Quill")
    third.follow("Stand back: conflict of interest").look("standing back").pick("This candidate")
    third.type("What is the conflict of interest?", "We were at school together").press("Stand back")
    third.sees("You stand back").does_not_see("Dora Quill")
    give(chair, vacancy, "Dora Quill", 6, sees="Still to come from", not_sees="Scores of others are in")
    give(second, vacancy, "Dora Quill", 4, sees="Scores of others are in", not_sees="6.0")
    second.sees("5.0").look("after my scores")
    taken_to_merit_order(lead, vacancy)
    declined_and_taken_up(lead, vacancy)
    lead.open(f"/leadership/vacancies/{vacancy}").sees("In post").look("filled")
    manager = visit(Role.PROGRAMME_MANAGER).open(f"/leadership/vacancies/{vacancy}/candidates").look("without names")
    manager.does_not_see("Dora", "Quill", "Emil", "Stone")


def opened(lead: Visitor, site: Site, campaign: str) -> str:
    """Open a vacancy in the campaign: its reference."""
    lead.open(f"/leadership/vacancies/new?campaign={campaign}").look("opening")
    lead.tab.get_by_label("Role", exact=True).select_option(index=1)
    lead.tab.get_by_label("Grade", exact=True).select_option(index=2)
    lead.tab.get_by_label("Organisation", exact=True).select_option("home-office")
    lead.day("When was recruiting approved?", days_ago(90)).press("Open the vacancy").sees("The vacancy was opened")
    with site.reading():
        found = vacancies.campaign(campaign)
        assert found is not None
        return vacancies.vacancies_of(found)[0].ref


def named(lead: Visitor, vacancy: str, name: str) -> None:
    lead.open(f"/leadership/vacancies/{vacancy}").follow("Name a panel member")
    lead.choose("Who?", f"{name} ({address(name)})").pick("Member").press("Name on the panel").sees(name)


def taken_to_merit_order(lead: Visitor, vacancy: str) -> None:
    """All three are found appointable, and put into an order."""
    for stage, day in LINE[3:]:
        vacancy_stage(lead, vacancy, stage, day)
    for first, last in CANDIDATES:
        lead.open(f"/leadership/vacancies/{vacancy}/candidates").follow(f"{first} {last}")
        for act, day in (("Sift in", 55), ("Shortlist", 50), ("Record the interview", 40), ("Find appointable", 38)):
            move(lead, act, day)
    lead.look("appointable").open(f"/leadership/vacancies/{vacancy}/candidates").follow("Settle the merit order")
    for place, (first, last) in enumerate(CANDIDATES, 1):
        lead.tab.get_by_label(f"{first} {last}", exact=True).select_option(str(place))
    lead.look("merit order").day("When was the order settled?", days_ago(35)).press("Settle the order")
    lead.sees("Next in merit order: Dora Quill").look("in merit order")


def declined_and_taken_up(lead: Visitor, vacancy: str) -> None:
    """The first declines; the second accepts and takes up the post; the third is held in reserve."""
    lead.follow("Make the next offer").day("When was the offer made?", days_ago(5)).look("offer").press(
        "Make the offer"
    )
    lead.sees("Offered", "to be answered by").follow("Record the answer").look("answer").pick("They declined")
    lead.choose("Why, if they declined", "Pay or terms").day("When did they answer?", days_ago(4)).press(
        "Record answer"
    )
    lead.sees("Declined", "Pay or terms").open(f"/leadership/vacancies/{vacancy}/candidates")
    lead.sees("Next in merit order: Emil Stone").follow("Make the next offer")
    lead.day("When was the offer made?", days_ago(3)).press("Make the offer").follow("Record the answer")
    lead.pick("They accepted").day("When did they answer?", days_ago(2)).press("Record answer").sees("Accepted")
    lead.follow("Record the checks").look("checks").pick("Yes: the formal offer is made")
    lead.day("When was that?", days_ago(1)).press("Record").follow("Record that they are in post")
    lead.day("When did it happen?", days_ago(0)).press("Record").sees("They are in post", "In post").look("in post")
    lead.open(f"/leadership/vacancies/{vacancy}/candidates").follow("Fay Wren").follow("Put on the reserve list")
    lead.day("When did it happen?", days_ago(0)).press("Put on the list").sees("On the reserve list", "held until")
    lead.follow("Offer a similar post").look("similar post")
