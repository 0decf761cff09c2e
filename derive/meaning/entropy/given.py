"""The premises of a statement about laws: what tables can satisfy by their form, and what is left to be checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from derive.expr.density import Density, Outcome
from derive.expr.dependence import Independence, MarkovChain
from derive.expr.dims import Dim
from derive.expr.domains import NONNEG, POSITIVE, Domain
from derive.expr.information import Information
from derive.expr.leaves import ZERO, Symbol
from derive.expr.node import Expr, walk
from derive.expr.propositions import Relation
from derive.expr.structure import Call
from derive.meaning.entropy.factorisation import Structure, structure_of
from derive.meaning.entropy.usage import THEORY, Usage


class BeyondTablesError(Exception):
    """A premise that no kernels are known for, or a law that is used in a way that has no table."""


@dataclass
class Given:
    """`structure` of laws, `laws` that are defined, `domains` of functions: all these are `absorbed` by tables."""

    structure: dict[str, tuple[Structure, ...]] = field(default_factory=dict)
    laws: dict[str, tuple[Density, Expr]] = field(default_factory=dict)
    domains: dict[Symbol, Domain] = field(default_factory=dict)
    absorbed: list[Expr] = field(default_factory=list)
    rest: list[Expr] = field(default_factory=list)

    @staticmethod
    def of(premises: Iterable[Expr], usage: Usage, alphabets: Mapping[Symbol, Dim]) -> Given:
        """Sort the premises. Raises `BeyondTablesError` for one that neither form nor draws can satisfy."""
        out = Given()
        for premise in premises:
            known = out._is_structure(premise) or out._is_law(premise, usage)
            (out.absorbed if known or out._is_domain(premise, usage, alphabets) else out.rest).append(premise)
        if set(out.structure) & set(out.laws) or _circular(out.laws) or not all(map(_met_by_draws, out.rest)):
            raise BeyondTablesError
        return out

    def _is_structure(self, premise: Expr) -> bool:
        found = structure_of(premise)
        if found is not None:
            self.structure[found[0]] = (*self.structure.get(found[0], ()), *found[1])
        return found is not None

    def _is_law(self, premise: Expr, usage: Usage) -> bool:
        """Whether a density of all variables of a law is given by an expression in others."""
        if not isinstance(premise, Relation) or premise.kind != "=":
            return False
        for left, right in (premise.args, premise.args[::-1]):
            if not isinstance(left, Density) or left.law in self.laws:
                continue
            others = {n.law for n in walk(right) if isinstance(n, Density)}
            others |= {n.under for n in walk(right) if isinstance(n, Information)}
            if {x.variable for x in left.outcomes} == usage.drawn[left.law] and left.law not in others:
                self.laws[left.law] = left, right
                return True
        return False

    def _is_domain(self, premise: Expr, usage: Usage, alphabets: Mapping[Symbol, Dim]) -> bool:
        """Whether all values of a function are positive, or not negative: ``f(x) >= 0``."""
        if not isinstance(premise, Relation) or premise.right is not ZERO or not isinstance(premise.left, Call):
            return False
        domain, function = {">": POSITIVE, ">=": NONNEG}.get(premise.kind), premise.left.function
        if domain is None or usage.table_axes(function, alphabets) is None or function in self.domains:
            return False
        if len(set(premise.left.args)) < len(premise.left.args):  # f(x, x) is not all of f
            return False
        self.domains[function] = domain
        return True


def _circular(laws: Mapping[str, tuple[Density, Expr]]) -> bool:
    """Whether laws are defined by each other."""
    left = {law: {n.law for n in walk(value) if isinstance(n, Density)} for law, (_, value) in laws.items()}
    while done := [law for law, others in left.items() if not others & set(left)]:
        for law in done:
            del left[law]
    return bool(left)


def _met_by_draws(premise: Expr) -> bool:
    """Whether points can satisfy a premise: of equations, one that says nothing of laws, or what a symbol is."""
    if isinstance(premise, MarkovChain | Independence):
        return False
    if not isinstance(premise, Relation) or premise.kind != "=":
        return True
    for symbol, value in (premise.args, premise.args[::-1]):
        if isinstance(symbol, Symbol) and symbol not in set(walk(value)):
            return True
    return not any(isinstance(n, THEORY) and not isinstance(n, Outcome) for n in walk(premise))
