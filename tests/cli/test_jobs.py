"""`--jobs` and `--budget`: the same verdicts in the same order from other processes, and a clock that only kills."""

import json

import pytest

from derive.cli import OK, UNDECIDED, USAGE, main


def rows(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[dict]]:
    status = main(["check", "--json", *words])
    return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_same_verdicts_in_the_same_order(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("info.mutual_information", "x + y = y + x", "x = x + 1", "x +", "a < a + 1")
    alone, together = rows(capsys, *words), rows(capsys, "-j", "2", *words)
    assert alone == together
    assert alone[0] == USAGE


def test_text_is_the_same_too(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["check", "info.mutual_information", "x*y = y*x"]
    assert main(words) == OK
    alone = capsys.readouterr().out
    assert main([*words, "--jobs", "2"]) == OK
    assert capsys.readouterr().out == alone


def test_what_takes_too_long_is_undecided_and_the_rest_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    status, found = rows(capsys, "--budget", "0.001", "x = x", "x + 1 = 1 + x")
    assert status == UNDECIDED
    assert {row["verdict"] for row in found} == {"undecided"}
    assert all(row["message"].startswith("killed: over its budget") and row["method"] == "killed" for row in found)
    assert [row["statement"] for row in found] == ["x = x", "x + 1 = 1 + x"]


def test_a_budget_that_suffices_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert rows(capsys, "--budget", "60", "x*y = y*x", "x = 2") == rows(capsys, "x*y = y*x", "x = 2")


@pytest.mark.parametrize("words", [("-j", "0"), ("--budget", "0"), ("--budget", "-1")])
def test_nonsense_is_a_usage_error(words: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "x = x", *words]) == USAGE
    assert "expected" in capsys.readouterr().err
