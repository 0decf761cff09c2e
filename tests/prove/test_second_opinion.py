"""SymPy as the second opinion on scalar lines: it never changes a verdict, and never calls a refuted line true."""

from __future__ import annotations

import pytest

from derive import library
from derive.entry.verification import verify


@pytest.mark.parametrize("entry", ["loss.focal", "loss.gaussian_nll"])
def test_no_refuted_line_is_zero_and_most_proved_ones_are(entry: str) -> None:
    plain = [r.verdict.kind for r in verify(library.entry(entry))]
    results = list(verify(library.entry(entry), paranoid=True))
    assert [r.verdict.kind for r in results] == plain
    opinions = {(r.verdict.kind, r.verdict.evidence.get("sympy")) for r in results}
    assert ("refuted", "zero") not in opinions
    proved = [r.verdict.evidence.get("sympy") for r in results if r.verdict.kind == "proved"]
    assert proved.count("zero") >= len(proved) / 2
