"""The maximum-likelihood recipe: from a distribution and its links to a loss and its gradient, both derived.

Choose Pr(y | θ), let a network output f set its parameters, θ = link(f), and minimise −log Pr(y | link(f)). Nobody
writes the loss: its lines, and those of the gradient, are found by the engine and become lines of the entry, which are
checked like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import overload

from derive.derivation import derive
from derive.derivation.names import reasons
from derive.entry.calculation import Calculation, eq
from derive.entry.record import Line
from derive.expr.build import Sum
from derive.expr.errors import DeriveError, SortError
from derive.expr.leaves import Let, Symbol
from derive.expr.node import Expr, walk
from derive.expr.operations import log
from derive.expr.structure import Derivative
from derive.expr.substitute import substitute


def maximum_likelihood(density: Expr, links: Mapping[Symbol, Expr], wrt: Symbol) -> tuple[Calculation, Calculation]:
    """The loss −log Pr(y | link(f)) and its gradient in the network output `wrt`, as two calculations.

    `density` is Pr(y | θ) as an expression of y and θ, `links` gives parameters θ as expressions of network outputs; a
    parameter without a link is an output itself. Both calculations begin with the definition and end with the simplest
    form that was found. For a loss whose axes are not those of the output, the gradient is that of the sum over the
    examples. The lines are found when they are first asked for.

    Raises `SortError` for a parameter that the density does not mention, or an output that the loss does not depend
    on.
    """
    distribution = density.expr if isinstance(density, Let) else density
    mentioned = set(walk(distribution))
    for parameter in links:
        if parameter not in mentioned:
            raise SortError(f"`{distribution}` does not depend on {parameter}")
    start = -log(substitute(distribution, dict(links)))
    if wrt not in set(walk(start)):
        raise SortError(f"`{start}` does not depend on {wrt}")
    loss = Derived(start, lambda: _lines(start))
    scalar = loss.axes != wrt.axes
    whole = Derivative.of(Sum(loss, *loss.axes) if scalar else loss, wrt)

    def slope() -> list[Line]:
        simple = loss.lines[-1].right
        same = Derivative.of(Sum(simple, *loss.axes) if scalar else simple, wrt)
        return [eq(same, by=loss), *_lines(same)]

    return loss, Derived(whole, slope)


def _lines(start: Expr) -> list[Line]:
    """The lines of the derivation that can be written without its indices; the last always."""
    found = derive(start)
    if found is None:
        raise DeriveError(f"no derivation found for `{start}`")
    lines: list[Line] = []
    passed: list[str] = []  # the rules of lines that are left out
    for step, line in found.tensor_lines():
        passed += step.rules
        if line is not None:
            lines.append(eq(line, note=reasons(passed)))
            passed = []
    return lines


class Found(Sequence[Line]):
    """Lines that are found when they are first asked for."""

    def __init__(self, find: Callable[[], Sequence[Line]]) -> None:
        self._find = find

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return tuple(self._find())

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Line, ...]: ...
    def __getitem__(self, at: int | slice) -> Line | tuple[Line, ...]:
        return self.lines[at]

    def __len__(self) -> int:
        return len(self.lines)


class Derived(Calculation):
    """A calculation whose lines the engine finds."""

    __slots__ = ()

    def __init__(self, start: Expr, find: Callable[[], Sequence[Line]]) -> None:
        super().__init__(start, (), "holds", "", ())
        object.__setattr__(self, "lines", Found(find))
