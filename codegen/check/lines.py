"""The lines of an entry, decided before anything is generated from it: no program of a false statement."""

from __future__ import annotations

from derive.entry.record import Record
from derive.entry.verification import LineResult, verify
from derive.expr.errors import DeriveError


class RefutedLineError(DeriveError):
    """A line that should hold and does not, or a declared falsehood that was not refuted."""


def decided(record: Record) -> list[LineResult]:
    """Every line with its verdict; raises `RefutedLineError` at the first that is not what the entry says.

    An undecided line that should hold passes, and the certificate says that it is undecided.
    """
    out = []
    for found in verify(record):
        kind = found.verdict.kind
        if (kind == "refuted") != (found.expected == "refuted"):
            told = "is refuted" if kind == "refuted" else f"is declared false, but {kind}"
            raise RefutedLineError(f"{record.id}: line {found.calc.name}.{found.number} {told}; nothing generated")
        out.append(found)
    return out
