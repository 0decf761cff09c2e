"""A law as a table of numbers: joint, marginal and conditional densities as products and sums of its kernels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from derive.expr.arithmetic import Div, Mul
from derive.expr.density import Outcome
from derive.expr.dims import Dim
from derive.expr.domains import KERNEL, ONEHOT, SIMPLEX
from derive.expr.leaves import ONE, Index, Symbol
from derive.expr.node import Expr, Sort
from derive.expr.structure import over_dim
from derive.meaning.entropy.factorisation import Factor, Factorisation

At = Mapping[Symbol, Expr]  # where each random variable stands: an index along its alphabet


@dataclass(frozen=True)
class Kernel:
    """One factor: its children given its parents, with an entry for all of their outcomes."""

    children: tuple[Symbol, ...]
    parents: tuple[Symbol, ...]
    table: Symbol

    @property
    def scope(self) -> tuple[Symbol, ...]:
        return (*self.parents, *self.children)

    def at(self, places: At) -> Expr:
        return self.table[tuple(places[v] for v in self.scope)]


@dataclass(frozen=True)
class Law:
    """The law `name` of finite random variables; `given` are those of which it says nothing."""

    name: str
    kernels: tuple[Kernel, ...]
    alphabets: Mapping[Symbol, Dim] = field(hash=False)

    @staticmethod
    def of(name: str, factors: Factorisation, alphabets: Mapping[Symbol, Dim]) -> Law:
        return Law(name, tuple(_kernel(name, f, alphabets) for f in factors), alphabets)

    def density(self, of: Sequence[Symbol], given: Sequence[Symbol], at: At) -> Expr:
        """``law(of | given)``. Kernels that cancel are left out: it may then have a value where law(given) is 0.

        Raises `KeyError` if the law is not one of these variables.
        """
        relevant = self._connected(self._needed({*of, *given}), set(of), set(given))
        above = self._summed(relevant, {*of, *given}, at)
        below = self._summed(relevant, set(given), at)
        return above if below is ONE else Div.of(above, below)

    def _needed(self, variables: set[Symbol]) -> tuple[Kernel, ...]:
        """The kernels of the variables and of what they are drawn from."""
        out: list[Kernel] = []
        wanted = set(variables)
        for kernel in reversed(self.kernels):
            if wanted & set(kernel.children):
                wanted |= set(kernel.parents)
                out.append(kernel)
        return tuple(reversed(out))

    def _connected(self, kernels: tuple[Kernel, ...], of: set[Symbol], given: set[Symbol]) -> tuple[Kernel, ...]:
        """The kernels that `of` depends on once `given` is known: the others cancel."""
        reached, out = set(of), set()
        while found := [k for k in kernels if k not in out and reached & set(k.scope)]:
            out.update(found)
            reached.update(v for k in found for v in k.scope if v not in given)
        return tuple(k for k in kernels if k in out)

    def _summed(self, kernels: tuple[Kernel, ...], kept: set[Symbol], at: At) -> Expr:
        """The product of the kernels, summed over all variables but `kept` and those that no kernel draws."""
        left = list(kernels)
        while barren := next((k for k in left if not _used(k, left, kept)), None):
            left.remove(barren)
        drawn = [v for k in left for v in k.children if v not in kept]
        places = {**at, **{v: Index.along(self.alphabets[v]) for v in drawn}}
        factors = tuple(k.at(places) for k in left)
        out = ONE if not factors else factors[0] if len(factors) == 1 else Mul.of(*factors)
        for v in reversed(drawn):
            index = places[v]
            assert isinstance(index, Index)
            out = over_dim("sum", out, index)
        return out


def _used(kernel: Kernel, kernels: Sequence[Kernel], kept: set[Symbol]) -> bool:
    """Whether something is left of the kernel once all but `kept` is summed out."""
    children = set(kernel.children)
    return bool(children & kept) or any(children & set(k.parents) for k in kernels if k is not kernel)


def _kernel(law: str, factor: Factor, alphabets: Mapping[Symbol, Dim]) -> Kernel:
    """The symbol of a factor, named like the density that it is."""
    scope = (*factor.parents, *factor.children)
    axes = tuple(alphabets[v] for v in scope)
    domain = ONEHOT if factor.function else KERNEL if factor.parents else SIMPLEX
    of, given = (",".join(Outcome.of(v).name for v in group) for group in (factor.children, factor.parents))
    sort = Sort.DISTRIBUTION if domain is SIMPLEX else Sort.NUMBER
    return Kernel(
        factor.children,
        factor.parents,
        Symbol(f"{law}({of}|{given})" if given else f"{law}({of})", axes, domain=domain, sort=sort),
    )


@dataclass(frozen=True)
class Defined:
    """A law that a premise defines: ``m(x) = (p(x) + q(x))/2``."""

    joint: Callable[[At], Expr] = field(hash=False)
    variables: tuple[Symbol, ...]
    alphabets: Mapping[Symbol, Dim] = field(hash=False)

    def density(self, of: Sequence[Symbol], given: Sequence[Symbol], at: At) -> Expr:
        above = self._summed({*of, *given}, at)
        rest = {v for v in given if v in self.variables}
        return Div.of(above, self._summed({*given}, at)) if rest else above

    def _summed(self, kept: set[Symbol], at: At) -> Expr:
        summed = [v for v in self.variables if v not in kept]
        if len(summed) == len(self.variables):
            return ONE
        places = {v: Index.along(self.alphabets[v]) for v in summed}
        out = self.joint({**at, **places})
        for v in reversed(summed):
            out = over_dim("sum", out, places[v])
        return out
