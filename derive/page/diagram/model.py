"""What an information diagram shows, after everything has been decided: plain data."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Term:
    """A measure with its factor: the atoms that it is the sum of."""

    factor: Fraction
    latex: str
    atoms: frozenset[int]


Side = tuple[Term, ...]  # () is the number 0


@dataclass(frozen=True)
class Line:
    """One line of a derivation: pieces of LaTeX between which it may be broken, and the reason as text."""

    pieces: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Diagram:
    r"""Names and relations are LaTeX; title, notes and footer are text with formulas in ``\(...\)``."""

    title: str
    names: tuple[str, ...]
    sides: tuple[Side, ...]
    relations: tuple[str, ...]  # one between each two sides
    zero: frozenset[int] = frozenset()  # atoms that the premises make 0
    signed: frozenset[int] = frozenset()  # atoms that may be negative
    nonpos: frozenset[int] = frozenset()  # those of them that are never positive
    lines: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()
    standing: str = ""  # verified, checked, refuted, undecided
    measured: str = ""  # what the atoms alone show
    footer: str = ""
    source: str = ""

    @property
    def plain_footer(self) -> str:
        """The footer as far as it is no formula."""
        return self.footer.partition(r" · \(")[0]

    def weight(self, side: int, atom: int) -> Fraction:
        """How often a side counts an atom."""
        return sum((term.factor for term in self.sides[side] if atom in term.atoms), Fraction(0))

    def atom_latex(self, atom: int) -> str:
        r"""``I(X;Y \mid Z)``."""
        inside = [x for i, x in enumerate(self.names) if atom >> i & 1]
        rest = ",".join(x for i, x in enumerate(self.names) if not atom >> i & 1)
        letter = "H" if len(inside) == 1 else "I"
        bar = r" \mid " if rest else ""
        return f"{letter}({';'.join(inside)}{bar}{rest})"
