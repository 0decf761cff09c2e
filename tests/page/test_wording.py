"""The words beside a line: short numbers, typeset names, and a failure that cannot be read as a success."""

import pytest

from derive.entry.verification import verify
from derive.library import entry
from derive.page.derivation import page_of
from derive.page.html import html
from derive.page.model import Calculation, Page, Row
from derive.page.tex import tex
from derive.page.wording import condition, counterexample, math, value
from derive.prove.verdict import Counterexample


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("-1/2", "-1/2"),
        ("0.9189385332046727 ± 2e-77", "0.918939"),
        ("-0.5000000000000000 ± 6e-77", "-0.5"),
        ("1.234567891e-12 ± 1e-80", r"1.23457 \cdot 10^{-12}"),
        ("0 ± 1e-77", "0"),
    ],
)
def test_values(text: str, shown: str) -> None:
    assert value(text) == shown


def test_counterexample() -> None:
    found = Counterexample({"N": 1}, {"y": ["0"], "alpha": "0"}, "1/2", "-1/2", (1,))
    assert counterexample(found) == r"\({N = 1}\), \({y = [0]}\), \({\alpha = 0}\): \(1/2\) against \(-1/2\)"
    near = Counterexample({}, {}, "0.1234567891234567 ± 1e-80", "0.1234567891934567 ± 1e-80")
    assert counterexample(near) == r"\(0.1234567891234567\) against \(0.1234567891934567\)"


def test_conditions() -> None:
    assert condition("delta != 0") == r"\({\delta \ne 0}\)"
    assert condition("both sides defined; not so at y = -1") == r"both sides defined; not so at \(y = -1\)"
    assert math("1 - beta1**t") == r"1-\beta_1^{t}"
    assert math("x**(y**(z))") == r"\text{x**(y**(z))}"


def test_reasons() -> None:
    rows = [row for calc in page_of(entry("update.adam")).calculations for row in calc.rows]
    reasons = {row.reason for row in rows}
    assert "by the line “bias”" in reasons
    assert "counterexample" in reasons
    assert all(result.as_expected for result in verify(entry("update.adam")))
    assert not any(row.failed for row in rows)


def test_a_falsehood_that_is_proved_is_a_failure_in_both_formats() -> None:
    row = Row(1, "a", "=", "a", "declared false, but proved", "", "proved", failed=True)
    page = Page("T", "", (), (Calculation("wrong sign", (row,), "refuted"),), "x", "0", 0)
    assert page.standing == "FAILED"
    assert ("proved", "0 steps proved") in page.counts
    assert ("unrefuted", "1 false statement not refuted") in page.counts
    for document in (html(page), tex(page)):
        assert "FAILED" in document
        assert "in wrong sign" in document
        assert "declared false, but proved" in document
