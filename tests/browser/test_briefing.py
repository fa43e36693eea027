"""A leader takes the briefing to a meeting: read, printed one side a part, and taken away as files."""

import re
from pathlib import Path

from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor
from tracker.accounts.permissions import Role

BEGINS = {
    "This briefing (PDF)": b"%PDF-",
    "All figures by organisation (XLSX)": b"PK",
    "All figures by organisation (CSV)": b"figure,organisation,as_at",
    "what its columns mean (CSVW)": b'{\n  "@context"',
    "PNG": b"\x89PNG",
}


def sides(leader: Visitor) -> int:
    """How many sides of A4 the page prints on."""
    return len(re.findall(rb"/Type\s*/Page\b", leader.tab.pdf(format="A4")))


def test_a_leader_takes_the_briefing_to_a_meeting(visit: Visit):
    leader = visit(Role.LEADERSHIP).open("/progress")

    leader.follow("Briefing for a meeting: to print, as PDF, and all figures as files").look()
    assert leader.heading == "Briefing: All government"
    assert sides(leader) == leader.tab.locator(".app-briefing__part").count() == 3

    for name, begins in BEGINS.items():
        with leader.tab.expect_download(timeout=120_000) as download:
            leader.tab.get_by_role("link", name=re.compile(re.escape(name))).first.click(no_wait_after=True)
        assert Path(download.value.path()).read_bytes().startswith(begins), name

    leader.tab.get_by_text("Change the day or the organisation").click()
    leader.look("asked").choose("About", "Home Office").press("Show").look("organisation")
    assert leader.heading == "Briefing: Home Office"
    assert sides(leader) == 1
    leader.tab.emulate_media(media="print")
    assert not leader.tab.get_by_text("Take it away").is_visible()
