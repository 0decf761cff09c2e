"""A verdict: what is known about one claim, and on what evidence. It is not a boolean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NoReturn

KINDS = ("proved", "tested", "assumed", "refuted", "undecided")


@dataclass(frozen=True)
class Edit:
    """One change that makes a refuted statement a proved one: in words, and as text with what it needs besides.

    `where` is a declaration that was missing, `given` are all premises, if one of them was changed or added.
    """

    what: str
    statement: str
    where: str = ""
    given: str = ""


@dataclass(frozen=True)
class Counterexample:
    """An exact point at which both sides are defined and differ."""

    shapes: dict[str, int]  # dim name -> size
    at: dict[str, Any]  # symbol name -> exact rationals as strings, nested lists for tensors
    left: str  # enclosures of both sides, as text
    right: str
    entry: tuple[int, ...] = ()  # 1-based position at which the sides differ
    command: str = ""  # re-runs it
    edit: Edit | None = None  # what would make the claim true, where it was asked for and found


@dataclass(frozen=True)
class Verdict:
    """`proved`, `tested`, `assumed`, `refuted` or `undecided`, with method, assumptions, conditions and evidence.

    `conditions` are what the claim needs beyond the declared domains (a denominator that is not zero, say).
    `assumptions` are the premises that were used. `reason_status` says whether the reasons given for a line were
    confirmed: "confirmed", "unconfirmed" or "none".
    """

    kind: str
    method: str = ""
    assumptions: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    counterexample: Counterexample | None = None
    evidence: dict[str, Any] = field(default_factory=dict)
    reason_status: str = "none"
    message: str = ""
    steps: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is not a verdict; one of {', '.join(KINDS)}")

    def __bool__(self) -> NoReturn:
        raise TypeError(f"a verdict is not a boolean; this one is {self.kind!r}: compare .kind")
