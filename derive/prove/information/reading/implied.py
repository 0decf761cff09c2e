"""Conditional independences that follow from those that are given."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from derive.prove.information.problem import Known, Mutual, Problem
from derive.prove.information.reading.terms import Names


@dataclass(frozen=True, repr=False)
class Separation:
    """I(a; b | given) = 0 under `law`."""

    law: str
    a: Names
    b: Names
    given: Names


@dataclass(eq=False, repr=False)
class Separations:
    """Those that the premises state; `implied` says what follows from them."""

    stated: dict[Separation, str] = field(default_factory=dict)  # with the text of the premise
    answers: dict[Separation, bool] = field(default_factory=dict)

    def add(self, separation: Separation, text: str) -> None:
        self.stated.setdefault(separation, text)
        self.answers.clear()

    def implied(self, law: str, a: Names, b: Names, given: Names) -> tuple[str, ...] | None:
        """The premises from which I(a; b | given) = 0 follows, by decomposition or in the cone, or None."""
        asked = Separation(law, a, b, given)
        known = [s for s in self.stated if s.law == law]
        one = next((s for s in known if _part_of(asked, s)), None)
        if one is not None:
            return (self.stated[one],)
        if len(known) < 2:
            return None
        if asked not in self.answers:
            self.answers[asked] = _in_the_cone(asked, known)
        return tuple(self.stated[s] for s in known) if self.answers[asked] else None


def _part_of(asked: Separation, stated: Separation) -> bool:
    """Decomposition and weak union: I(A; B | C) = 0 gives I(A₁; B₁ | C, A₂, B₂) = 0."""
    more = set(asked.given) - set(stated.given)
    if not set(stated.given) <= set(asked.given) or not more <= {*stated.a, *stated.b}:
        return False
    one, other = set(asked.a), set(asked.b)
    a, b = set(stated.a), set(stated.b)
    return (one <= a and other <= b) or (one <= b and other <= a)


def _in_the_cone(asked: Separation, known: list[Separation]) -> bool:
    from derive.prove.information.certificate import Certificate
    from derive.prove.information.cone import prove

    members = sorted({v for s in (asked, *known) for v in (*s.a, *s.b, *s.given)})

    def mask(of: Names) -> int:
        return sum(1 << members.index(v) for v in of)

    empty = Problem(tuple(members), {})
    rows = [Mutual(mask(s.a), mask(s.b), mask(s.given)).row(empty) for s in (asked, *known)]
    goal = {k: Fraction(-v) for k, v in rows[0].items()}
    problem = Problem(tuple(members), goal, zero=tuple(Known(row, "") for row in rows[1:]))
    return isinstance(prove(problem), Certificate)
