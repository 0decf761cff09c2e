"""What a page shows, after everything has been decided: plain data, no engine."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal, get_args

Verdict = Literal["proved", "tested", "assumed", "refuted", "undecided", "definition"]
ReasonStatus = Literal["confirmed", "unconfirmed", "none"]
Expected = Literal["hold", "refuted"]
Standing = Literal["verified", "checked", "FAILED"]


@dataclass(frozen=True)
class Row:
    r"""One line of a calculation: `lhs`, `relation`, `rhs` are LaTeX, the rest is text with formulas in ``\(...\)``."""

    number: int | None
    lhs: str
    relation: str
    rhs: str
    reason: str
    note: str
    verdict: Verdict
    detail: str = ""
    reason_status: ReasonStatus = "none"
    changed: str | None = None  # the rewritten part in words, read aloud when the line appears
    failed: bool = False  # the verdict is not what the line was declared to be
    rhs_highlighted: str | None = None  # `rhs` with \textcolor around the rewritten part

    def __post_init__(self) -> None:
        _one_of(self.verdict, Verdict)
        _one_of(self.reason_status, ReasonStatus)


@dataclass(frozen=True)
class Calculation:
    title: str
    rows: tuple[Row, ...]
    expected: Expected = "hold"

    def __post_init__(self) -> None:
        _one_of(self.expected, Expected)

    @property
    def standing(self) -> Standing:
        """A false statement stands when one of its lines is refuted; a true one when no line is worse than proved."""
        found = {row.verdict for row in self.rows}
        if any(row.failed for row in self.rows):
            return "FAILED"
        if self.expected == "refuted":
            if "refuted" in found:
                return "verified"
            return "checked" if "undecided" in found else "FAILED"
        if "refuted" in found:
            return "FAILED"
        return "verified" if found <= {"proved", "definition"} else "checked"


@dataclass(frozen=True)
class Page:
    title: str
    doc: str
    given: tuple[str, ...]  # LaTeX
    calculations: tuple[Calculation, ...]
    id: str
    digest: str
    seed: int
    cites: tuple[str, ...] = ()
    plain_title: str = ""  # where the title has formulas: in plain text

    @property
    def standing(self) -> Standing:
        """The worst of the calculations; "verified" also needs one line that was decided, not only definitions."""
        found = {calculation.standing for calculation in self.calculations}
        if "FAILED" in found:
            return "FAILED"
        decided = any(row.verdict in ("proved", "refuted") for calc in self.calculations for row in calc.rows)
        return "verified" if found == {"verified"} and decided else "checked"

    @property
    def failures(self) -> str:
        """Which calculations failed, by their titles."""
        return ", ".join(calc.title for calc in self.calculations if calc.standing == "FAILED" and calc.title)

    @property
    def counts(self) -> tuple[tuple[str, str], ...]:
        """(kind, words) for the footer: the four usual kinds always, also when none; the others when there are some."""
        lines = [(calc.expected, row) for calc in self.calculations for row in calc.rows]
        unrefuted = sum(row.failed and row.verdict != "refuted" for _, row in lines)
        number = Counter(row.verdict for _, row in lines if not row.failed or row.verdict == "refuted")
        false_as_stated = sum(expected == "refuted" and row.verdict == "refuted" for expected, row in lines)
        unconfirmed = sum(row.reason_status == "unconfirmed" for _, row in lines)
        kinds = [
            ("proved", number["proved"], "step proved", "steps proved", True),
            ("tested", number["tested"], "tested numerically", "tested numerically", True),
            ("definition", number["definition"], "definition", "definitions", True),
            ("assumed", number["assumed"], "assumed", "assumed", True),
            ("undecided", number["undecided"], "undecided", "undecided", False),
            ("false", false_as_stated, "false statement refuted", "false statements refuted", False),
            ("refuted", number["refuted"] - false_as_stated, "refuted", "refuted", False),
            ("unrefuted", unrefuted, "false statement not refuted", "false statements not refuted", False),
            ("unconfirmed", unconfirmed, "reason unconfirmed", "reasons unconfirmed", False),
        ]
        return tuple((kind, f"{n} {one if n == 1 else many}") for kind, n, one, many, always in kinds if n or always)


def _one_of(value: str, choices: object) -> None:
    if value not in get_args(choices):
        raise ValueError(f"{value!r} is none of {', '.join(get_args(choices))}")
