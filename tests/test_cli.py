import sys

import pytest

from tracker import cli


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["import", "dragons", "dragons.csv"], "'dragons' is not one of 'trainees', 'history'"),
        (["import", "trainees", "no-such-file.csv"], "There is no file no-such-file.csv"),
        (["figures", "--as-at", "2026-02-31"], "'2026-02-31' is not in the calendar"),
        (["figures", "--as-at", "11/23/2026"], "'11/23/2026' is not in the calendar"),
        (["figures", "--known-at", "yesterday"], "'yesterday' is neither a day such as 2026-11-23 nor an instant"),
        (["compile", "--sideways"], "No such option '--sideways'. See tracker compile --help"),
        (["fly"], "No such command 'fly'"),
    ],
)
def test_a_command_used_wrongly_says_so_in_one_line(
    words: list[str], says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(sys, "argv", ["tracker", *words])

    with pytest.raises(SystemExit) as left:
        cli.main()

    said = capsys.readouterr()
    assert left.value.code == 2
    assert said.out == ""
    [line] = said.err.splitlines()
    assert line.startswith("Error: ")
    assert says in line
    assert "--help" in line
