"""What is taken to a meeting, opened and read again: the page, the PDF, the workbook, the CSV with its metadata."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tests.counting import counted
from tests.factories import make_enrolment, make_person, make_user, organisation
from tests.progress.story import LATEST, TRAINED
from tests.progress.views.test_files import pictures
from tests.progress.views.test_pages import words
from tracker.accounts.permissions import Role
from tracker.progress import documents, workshop
from tracker.progress.headlines import LEADING, headline
from tracker.progress.jobs import JOBS
from tracker.progress.models import Declared
from tracker.progress.registry import METRICS, STRANDS
from tracker.progress.services.compiling import compile_day
from tracker.progress.services.statuses import declare
from tracker.progress.services.targets import replace_line
from tracker.progress.structure import load_structure

BRIEFING = "/progress/briefing"
NAME = re.compile(r"\bExample\d+\b|\bAnn\b|@example")
"""What everybody in the small programme is called."""
PRINT = next(job for job in JOBS if job.name == "briefings")


pytestmark = pytest.mark.usefixtures("told")


def pdf_of(browser: Browser, question: str = "") -> PdfReader:
    answer = browser.get(f"{BRIEFING}.pdf{question}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), answer.text
    return PdfReader(io.BytesIO(answer.data))


def text_of(pdf: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in pdf.pages)


def fonts_of(pdf: PdfReader) -> list[bool]:
    """For each font of the document, whether it is in it."""
    found = []
    for page in pdf.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            inner = font.get_object().get("/DescendantFonts", [font])[0].get_object()
            found.append(bool({"/FontFile", "/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object())))
    return found


def test_the_page_says_where_things_stand_why_and_what_it_means(sign_in: SignIn):
    page = words(sign_in(Role.LEADERSHIP), BRIEFING)

    assert "Briefing: All government" in page
    assert "Plan for 15 April 2026: 2.3; target 10 by 31 March 2027" in page
    assert "Analysts trained: up 1 since 31 March 2026: 1 completed" in page
    assert "Break overdue: 1" in page
    assert "Home Office 2 4 50% of target" in page
    assert "People whose first completion of a qualifying programme is on or before the day" in page
    assert "Missing is not zero" in page


def test_the_second_reader_waits_for_nothing_and_reads_nothing_old(app: Flask, arrange: Arrange, sign_in: SignIn):
    with app.app_context():
        compile_day(LATEST)
    first, second = sign_in(Role.LEADERSHIP), sign_in(Role.PROGRAMME_MANAGER)
    costs, pages, queries = [], [], counted(app)
    for reader in (first, second):
        with queries() as asked:
            pages.append(words(reader, BRIEFING))
        costs.append(len(asked))
    assert costs[1] <= 6 < 20 < costs[0]
    assert "10 by 31 March 2027" in pages[0]
    assert pages[1].partition("Where things stand")[2] == pages[0].partition("Where things stand")[2]

    with arrange():
        points = {date(2025, 12, 31): 0.0, date(2027, 3, 31): 20.0}
        replace_line(TRAINED, None, points, reason="More", created_by_id=None)
    assert "20 by 31 March 2027" in words(second, BRIEFING)

    # An older system's history changes what was known then, before anything is compiled anew.
    assert "up 1 since 31 March 2026: 1 completed" in words(second, BRIEFING)
    with arrange():
        make_enrolment("in-training 2026-01-05 recorded 2026-01-06", "completed 2026-04-03 recorded 2026-04-04")
    assert "up 2 since 31 March 2026: 2 completed" in words(first, BRIEFING)


def test_an_earlier_day_is_asked_for_as_on_every_page_and_stays_in_what_is_taken_away(sign_in: SignIn):
    leadership = sign_in(Role.LEADERSHIP)
    question = "?organisation=home-office&as-at=2026-02-28&structure=today"

    page = leadership.get(BRIEFING + question).text

    assert "Briefing: Home Office" in page
    assert "As at 28 February 2026, by the structure of today" in page
    for path in (f"{BRIEFING}.pdf", "/progress/figures.xlsx", "/progress/figures.csv"):
        assert f'href="{path}{question.replace("&", "&amp;")}"' in page
    assert leadership.get(f"{BRIEFING}?as-at=2026-02-31").status_code == 400
    assert leadership.get(f"{BRIEFING}?as-at=%09").status_code == 200


def test_it_leads_to_nobody_even_for_those_who_may_see_people(sign_in: SignIn):
    page = sign_in(Role.PROGRAMME_MANAGER).get(BRIEFING).text

    main = page[page.index("<main") : page.index("</main>")]
    assert not re.findall(r'href="/(?:people|training/enrolments)', main)
    assert not NAME.search(main)


def test_a_lead_gets_the_own_organisation_and_no_other(sign_in: SignIn):
    lead = sign_in(Role.DEPARTMENT_LEAD, at="cabinet-office")

    page = words(lead, BRIEFING)
    rows = list(csv.DictReader(io.StringIO(lead.get("/progress/figures.csv").text)))

    assert "Briefing: Cabinet Office" in page
    assert "All government" not in page
    slugs = {row["organisation"] for row in rows}
    assert {"cabinet-office", "crown-commercial-service"} <= slugs
    assert not slugs & {"all", "home-office", "hm-treasury"}
    for path in (BRIEFING, f"{BRIEFING}.pdf", "/progress/figures.xlsx", "/progress/figures.csv"):
        assert lead.get(f"{path}?organisation=home-office").status_code == 404


def test_the_night_prints_what_is_read_the_next_day(app: Flask, sign_in: SignIn, instance: Path):
    with app.app_context():
        printed = PRINT.run(date(2026, 4, 16))
    kept = sorted(file.name for file in (instance / "documents").iterdir())

    pdf = pdf_of(sign_in(Role.LEADERSHIP))

    assert printed == 3  # all government, and the two organisations that have a target
    assert sorted(file.name for file in (instance / "documents").iterdir()) == kept
    assert len(pdf.pages) == 3
    assert [str(one["/Title"]) for one in pdf.outline if isinstance(one, dict)] == ["Briefing: All government"]
    root = pdf.trailer["/Root"].get_object()
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en-GB", True)
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Briefing: All government, 15 April 2026"
    assert fonts_of(pdf)
    assert all(fonts_of(pdf))
    text = text_of(pdf)
    assert "Analysts trained 4 Plan for 15 April 2026: 2.3; target 10 by 31 March 2027." in text
    assert "Analysts trained: up 1 since 31 March 2026: 1 completed" in text
    assert "Target 10 by 31 March 2027" in text  # written in the chart
    assert "Missing is not zero" in text
    assert not NAME.search(text)


def test_a_pdf_of_another_day_is_printed_when_it_is_asked_for(sign_in: SignIn):
    pdf = pdf_of(sign_in(Role.LEADERSHIP), "?organisation=home-office&as-at=2026-02-28")

    assert len(pdf.pages) == 1, pdf.pages[1].extract_text()
    assert "Briefing: Home Office" in text_of(pdf)
    assert "As at 28 February 2026" in text_of(pdf)
    assert "Analysts trained 1 Plan for 28 February 2026" in text_of(pdf)


def test_all_about_the_organisation_with_most_bodies_is_one_side(app: Flask, arrange: Arrange, sign_in: SignIn):
    """Every body of the Cabinet Office has a target, which few will meet, and as many people trained as it has place in
    the list; some have nobody. Of all headlines its owner declares amber, with many words."""
    with app.app_context():
        structure = load_structure()
        family = structure.members(structure.scope("cabinet-office", with_children=True))
        slugs = sorted(one.slug for one in structure.by_organisation() if one.organisation_id in family)
    assert len(slugs) > 15
    points = {date(2025, 12, 31): 0.0, date(2027, 3, 31): 1000.0}
    with arrange():
        for place, slug in enumerate(slugs):
            for _ in range(max(0, place - 4)):
                make_enrolment("in-training 2026-01-05", "completed 2026-04-03", person=make_person(slug))
            replace_line(TRAINED, organisation(slug).id, points, reason="Many", created_by_id=None)
        for of in (headline(metric.code, "cabinet-office") for metric in LEADING):
            assert of is not None
            if of.metric.code != TRAINED:
                replace_line(of.metric.code, of.organisation_id, points, reason="Many", created_by_id=None)
            way = ("Ways " * 199, date(2099, 1, 1))
            declare(of, Declared.AMBER, "Words " * 160, way, version="0", by=make_user())
    with app.app_context():
        compile_day(LATEST)

    pdf = pdf_of(sign_in(Role.LEADERSHIP), "?organisation=cabinet-office")

    assert len(pdf.pages) == 1, pdf.pages[1].extract_text()
    text, rest = text_of(pdf), len(slugs) - 2
    everybody = 1 + sum(range(len(slugs) - 4))  # and one of the story
    largest = sum(range(len(slugs) - 6, len(slugs) - 4))
    assert re.search(rf"and {rest} more, together (\d+) ", text)[1] == str(everybody - largest)
    assert f"{everybody} {17 * 1000:,} " in text
    assert text.count("Amber Declared") == len(LEADING)
    for said in (
        "Words … Route to green by 1 January 2099: Ways",
        "As at 15 April 2026",
        "People whose first completion",
        "Missing is not zero",
    ):
        assert said in text


def structure_of(pdf: PdfReader) -> list[tuple[str, str, dict]]:
    """Every element of the structure a screen reader follows: what it is, what it stands in, and its entries."""
    found = []

    def walk(one: Any, within: str) -> None:
        element = one.get_object()
        if isinstance(element, list):
            for child in element:
                walk(child, within)
        elif isinstance(element, dict) and "/K" in element:
            kind = str(element.get("/S", ""))
            found.append((kind, within, element))
            walk(element["/K"], kind)

    walk(pdf.trailer["/Root"]["/StructTreeRoot"], "")
    return found


def test_a_screen_reader_is_told_what_everything_in_a_pdf_is(sign_in: SignIn):
    """What PDF/UA-1 asks that can be seen in the file: its checkers were asked once, and this holds what they found."""
    pdf = pdf_of(sign_in(Role.LEADERSHIP))

    root, elements = pdf.trailer["/Root"], structure_of(pdf)
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en-GB", True)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert b"<pdfuaid:part>1" in root["/Metadata"].get_data() or b'pdfuaid:part="1"' in root["/Metadata"].get_data()
    assert all(page["/StructParents"] == number for number, page in enumerate(pdf.pages))
    kinds = [kind for kind, _, _ in elements]
    assert [kind for kind in kinds if kind in ("/H1", "/H2")] == ["/H1", "/H2", "/H2", "/H2"]
    pictures = [element.get("/Alt", "") for kind, _, element in elements if kind == "/Figure"]
    assert len(pictures) == 3
    assert all(text.startswith("Chart: ") for text in pictures)
    heads = [str(element["/A"].get("/Scope")) for kind, _, element in elements if kind == "/TH"]
    assert heads[:6] == ["/Column"] * 6
    assert len(heads) > 7
    assert set(heads[6:]) == {"/Row"}
    items = {within for kind, within, _ in elements if kind == "/LI"}
    assert items == {"/L"}
    assert {kind for kind, within, _ in elements if within == "/L"} <= {"/LI", "/L"}
    links = [one.get_object() for page in pdf.pages for one in page.get("/Annots", [])]
    assert all(one["/F"] == 4 and "/StructParent" in one for one in links)


def test_where_pango_is_missing_the_page_offers_to_print(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(documents, "find_library", lambda _: None)
    documents.can_print.cache_clear()

    page = sign_in(Role.LEADERSHIP).get(BRIEFING).text
    documents.can_print.cache_clear()

    assert "Pango is not installed" in page
    assert "briefing.pdf" not in page


def test_a_file_that_cannot_be_made_is_no_fault_and_leads_back_to_the_page(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(workshop, "BRIEFING", replace(workshop.BRIEFING, program="tracker.progress.broken"))

    answer = sign_in(Role.LEADERSHIP).get(f"{BRIEFING}.pdf?as-at=2026-01-31")

    assert answer.status_code == 503
    assert f'href="{BRIEFING}?as-at=2026-01-31"' in answer.text


def test_the_workbook_has_every_figure_by_organisation_in_the_layout_of_official_statistics(sign_in: SignIn):
    answer = sign_in(Role.LEADERSHIP).get("/progress/figures.xlsx")
    book = load_workbook(io.BytesIO(answer.data))

    assert answer.headers["Content-Disposition"] == "attachment; filename=data-skills-figures-2026-04-15.xlsx"
    assert book.sheetnames == ["Cover", "Contents", "Notes", *(strand.title() for strand in STRANDS)]
    rows = list(book["Training"].iter_rows(values_only=True))
    heads = next(row for row in rows if row[0] == "Organisation")
    place = {str(head).split("\n")[0]: number for number, head in enumerate(heads)}
    by_slug = {row[1]: row for row in rows[rows.index(heads) + 1 :]}
    found = {slug: [row[place[head]] for head in ("Analysts trained", "In training")] for slug, row in by_slug.items()}
    assert found["all"] == [4, 1]
    assert found["home-office"] == [2, 1]
    assert found["hm-treasury"] == [1, 0]
    assert found["crown-commercial-service"] == [1, 0]
    assert found["ministry-of-defence"] == [0, 0]  # nobody, but a target
    assert by_slug["home-office"][place["Completion rate"]] == 100
    assert by_slug["ministry-of-defence"][place["Completion rate"]] == "[z]"
    assert by_slug["all"][place["Analysts trained: plan"]] == pytest.approx(2.3)
    assert "[note 1]" in str(heads[place["Analysts trained"]])
    assert len(list(book["Notes"].iter_rows())) == len(METRICS) + 3
    text = " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    assert "[z] not applicable" in text
    assert not NAME.search(text)
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


READS = {
    "string": str,
    "integer": int,
    "number": float,
    "date": date.fromisoformat,
    "dateTime": datetime.fromisoformat,
}


def test_the_csv_is_what_its_metadata_say(sign_in: SignIn):
    leadership = sign_in(Role.LEADERSHIP)

    answer = leadership.get("/progress/figures.csv?as-at=2026-03-31")
    beside = re.fullmatch(r'<(\S+)>; rel="describedby"; type="application/csvm\+json"', answer.headers["Link"])
    assert beside is not None
    described = leadership.get(beside[1])
    told = json.loads(described.data)

    assert described.mimetype == "application/csvm+json"
    assert told["@context"][0] == "http://www.w3.org/ns/csvw"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={told['url']}"
    assert described.headers["Content-Disposition"] == f"attachment; filename={told['url']}-metadata.json"
    reader = csv.reader(io.StringIO(answer.text, newline=""))
    columns = told["tableSchema"]["columns"]
    assert next(reader) == [column["titles"][0] for column in columns] == [column["name"] for column in columns]
    rows = [dict(zip([column["name"] for column in columns], row, strict=True)) for row in reader]
    for column in columns:
        kind = column["datatype"] if isinstance(column["datatype"], str) else column["datatype"]["base"]
        values = [row[column["name"]] for row in rows]
        assert [READS[kind](value) for value in values if value] or not column["required"]
        assert all(values) or not column["required"]
    keys = [tuple(row[name] for name in told["tableSchema"]["primaryKey"]) for row in rows]
    assert len(keys) == len(set(keys))
    value = {row["organisation"]: row["value"] for row in rows if row["figure"] == TRAINED}
    assert (value["all"], value["home-office"], value["crown-commercial-service"]) == ("3", "2", "0")
    assert {row["as_at"] for row in rows} == {"2026-03-31"}
    assert max(datetime.fromisoformat(row["known_at"]) for row in rows) <= datetime.now(UTC)


def test_every_chart_is_there_as_a_picture_for_slides(sign_in: SignIn):
    leadership = sign_in(Role.LEADERSHIP)
    page = leadership.get("/progress").text
    saved = [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]+\.png[^"]*)" download="([^"]+)"', page)[0]]

    picture = leadership.get(saved[0])

    assert saved[1] == "training.trained.all.2026-04-15.png"
    assert picture.mimetype == "image/png"
    assert picture.data.startswith(b"\x89PNG")
    assert int.from_bytes(picture.data[16:20]) > 1_800  # twice the width of the chart
    assert page.count('.svg" download') == 0
    assert page.count(".svg</a>") == 0
    assert len(re.findall(r'download="[^"]+\.svg"', page)) == len(pictures(leadership, "/progress")) // 2
