"""What a browser is given: the carried GOV.UK Frontend is what it was, and no script of ours writes markup."""

import re
from hashlib import sha256

import pytest

from tests.architecture.source import ROOT

STATIC = ROOT / "tracker" / "static"
CARRIED = STATIC / "govuk"
WRITES_MARKUP = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|DOMParser|srcdoc)\b"
    r"|document\.write|\beval\(|new Function\(|\.style\b|setAttribute\(\s*['\"]style"
)
ELSEWHERE = re.compile(r"(https?:)?//(?!www\.w3\.org/)[\w.-]+", re.IGNORECASE)


def test_the_carried_files_are_the_ones_whose_checksums_were_taken():
    lines = (CARRIED / "SHA256SUMS").read_text("ascii").splitlines()
    expected = dict(reversed(line.split("  ")) for line in lines)

    found = {
        path.name: sha256(path.read_bytes()).hexdigest() for path in CARRIED.iterdir() if path.name != "SHA256SUMS"
    }

    assert found == expected


def test_the_typeface_that_is_reserved_for_gov_uk_is_neither_carried_nor_named():
    sheets = [path.read_text("utf-8") for path in STATIC.rglob("*.css")]

    assert not list(STATIC.rglob("*.woff*"))
    assert len(sheets) >= 2
    assert not [sheet[:80] for sheet in sheets if "@font-face" in sheet or "GDS Transport" in sheet]


def test_no_script_of_ours_writes_markup_or_inline_styles():
    scripts = {path.name: path.read_text("utf-8") for path in (STATIC / "app").glob("*.js")}

    assert scripts
    assert {name: WRITES_MARKUP.findall(text) for name, text in scripts.items() if WRITES_MARKUP.search(text)} == {}


def test_nothing_of_ours_is_fetched_from_elsewhere():
    ours = {path.name: path.read_text("utf-8") for path in (STATIC / "app").iterdir()}

    assert {name: match[0] for name, text in ours.items() if (match := ELSEWHERE.search(text))} == {}


@pytest.mark.parametrize(
    "line",
    [
        "box.innerHTML = name",
        "eval('1')",
        "box.style.color = 'red'",
        "document.write(x)",
        "box.setAttribute('style', x)",
    ],
)
def test_a_script_that_writes_markup_is_seen(line: str):
    assert WRITES_MARKUP.search(line)


def test_an_address_elsewhere_is_seen():
    assert ELSEWHERE.search('@import url("//fonts.example.org/x.css")')
    assert not ELSEWHERE.search('<svg xmlns="http://www.w3.org/2000/svg">')
