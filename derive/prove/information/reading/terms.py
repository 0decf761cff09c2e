"""What a statement about entropies is made of: linear forms over entropies, cross-entropies and constants.

Variables are known by their names here. Names in a tuple are sorted, so that equal sets are equal.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from derive.expr.frozen import Frozen
from derive.prove.information.problem import Free, Logarithm, Unit

Names = tuple[str, ...]


class UnreadableError(Exception):
    """This is no linear statement about measures of information."""


class Factor(Frozen):
    """One density ``law(of | given)``."""

    law: str
    of: Names
    given: Names = ()

    def __str__(self) -> str:
        bar = "|" + ",".join(map(small, self.given)) if self.given else ""
        return f"{self.law}({','.join(map(small, self.of))}{bar})"


Product = tuple[Factor, ...]


class Mean(Frozen):
    """A law under which means are taken: one law by its name, or a product of densities such as p(x)q(z|x)."""

    name: str
    factors: Product = ()  # () stands for the joint law `name` of all its variables
    times: str = ""  # a number ≥ 0 by which all its entropies are multiplied, as ``beta``: they are in the cone as well

    @property
    def text(self) -> str:
        """How the law is called in print."""
        return f"{self.times}*{self.name}" if self.times else self.name

    @property
    def bound(self) -> Names:
        """The variables of a product; of a joint law by its name they are not known here."""
        return names(v for f in self.factors for v in f.of)

    @property
    def free(self) -> Names:
        """What is given and not bound: outcomes that are fixed."""
        return names(v for f in self.factors for v in f.given if v not in self.bound)


class Joint(Frozen):
    """H(of) under `mean`."""

    mean: Mean
    of: Names


class Cross(Frozen):
    """E[−log law(of, fixed)] under `mean`; `fixed` are outcomes that stay as they are. Without `of`, no mean."""

    mean: Mean | None
    law: str
    of: Names
    fixed: Names = ()

    @property
    def reference(self) -> str:
        """The name of the reference law: ``p``, ``p at x``."""
        times = f"{self.mean.times}*" if self.mean is not None and self.mean.times else ""
        return times + self.law + (" at " + ",".join(map(small, self.fixed)) if self.fixed else "")


Atom = Joint | Cross | Logarithm | Unit | Free
Linear = dict[Atom, Fraction]  # none of the coefficients is 0


def names(parts: Iterable[str]) -> Names:
    """A set of names as a sorted tuple."""
    return tuple(sorted(set(parts)))


def small(name: str) -> str:
    """The outcome of a variable: x of X."""
    return name[:1].lower() + name[1:]


def total(parts: Iterable[tuple[Fraction | int, Linear]]) -> Linear:
    """Σ factor·form."""
    out: Linear = {}
    for factor, form in parts:
        for atom, value in form.items():
            new = out.get(atom, 0) + factor * value
            if new:
                out[atom] = Fraction(new)
            else:
                out.pop(atom, None)
    return out


def joint(mean: Mean, of: Iterable[str]) -> Linear:
    """H(of); 0 of nothing."""
    chosen = names(of)
    return {Joint(mean, chosen): Fraction(1)} if chosen else {}


def cross(mean: Mean | None, law: str, of: Iterable[str], fixed: Iterable[str] = ()) -> Linear:
    """E[−log law(of, fixed)]; 0 of nothing."""
    chosen, kept = names(of), names(fixed)
    if not chosen and not kept:
        return {}
    if mean is not None and mean.name == law and not mean.factors and not kept:
        return joint(mean, chosen)
    if not chosen:
        mean = Mean("", (), mean.times) if mean is not None and mean.times else None
    return {Cross(mean, law, chosen, kept): Fraction(1)}
