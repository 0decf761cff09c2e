"""Every sort stands in an entry today: declared, decided, printed."""

from pathlib import Path

import pytest

from derive import library
from derive.entry.record import Record
from derive.entry.verification import verify
from derive.page.latex import latex
from derive.page.unicode import unicode

RECORDS = library.load(Path(__file__).with_name("every_sort.py"))
NOT_YET = {"gauss", "absolute"}  # sums of integer powers and case distinctions: seen to hold, not proved


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: r.id)
def test_every_line_is_as_it_should_be(record: Record) -> None:
    for result in verify(record):
        assert result.as_expected, f"{result.calc.name}: {result.verdict.kind} {result.verdict.message}"
        if result.expected == "holds" and result.calc.name not in NOT_YET:
            assert result.verdict.kind == "proved", f"{result.calc.name}: {result.verdict.message}"


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: r.id)
def test_every_line_prints(record: Record) -> None:
    for calc in record.calcs:
        for e in (calc.start, *(line.right for line in calc.lines)):
            assert str(e)
            assert latex(e)
            assert unicode(e)
