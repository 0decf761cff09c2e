"""A calculation with only a start and an end is shown with the lines that were found, marked as such."""

from derive import library
from derive.page.derivation import page_of


def test_found_lines_are_rows_of_their_own() -> None:
    page = page_of(library.entry("loss.softmax"))
    (gradient,) = (c for c in page.calculations if c.title == "log-sum-exp is its potential")
    assert len(gradient.rows) > 3
    assert [row.number for row in gradient.rows] == list(range(1, len(gradient.rows) + 1))
    assert all(row.reason.startswith("found: ") for row in gradient.rows)
    assert {row.verdict for row in gradient.rows} == {"proved"}
    assert [bool(row.lhs) for row in gradient.rows] == [True] + [False] * (len(gradient.rows) - 1)
    assert gradient.rows[-1].rhs == r"\operatorname{softmax}(z)"
    assert "definition of softmax" in gradient.rows[-1].reason


def test_lines_with_reasons_stay_as_they_are() -> None:
    page = page_of(library.entry("backprop.mlp2"))
    assert not any(row.reason.startswith("found") for calc in page.calculations for row in calc.rows)
