"""A proof about entropies: a sum of generators that is the goal, coordinate by coordinate."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from derive.expr.frozen import Frozen
from derive.prove.information.problem import Generator

Terms = tuple[tuple[Fraction, Generator], ...]


class Copy(Frozen):
    """An auxiliary variable `name`, the last of the problem so far: a copy of variable `of` over the set `over`.

    Given `over` it has the law of the original, and is independent of all other variables (Zhang, Yeung 1998,
    doi:10.1109/18.681320; the copy lemma of Dougherty, Freiling, Zeger 2011, arXiv:1104.3602).
    """

    name: str
    of: int  # the mask of one variable
    over: int  # a mask


@dataclass(frozen=True)
class Certificate:
    """Σ factor·generator = goal; for an equality also `reverse`, whose sum is −goal.

    Factors are positive, of premises that are equations of either sign. `copies` are auxiliary variables, added to the
    problem in this order. `classes` are masks of variables that the statement and its premises treat alike: where there
    are any, rows are added modulo permutations within the classes, and a generator stands for the mean over its orbit.
    """

    terms: Terms
    reverse: Terms = ()
    copies: tuple[Copy, ...] = ()
    classes: tuple[int, ...] = ()
