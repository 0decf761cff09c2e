"""From independences and functions to a product of kernels: ``X -> Y -> Z`` is p(x, y) p(z|y).

A premise of structure says I(A; B | C) = 0 or H(A|C) = 0. A `Factorisation` orders the variables; each is drawn from
a kernel given its parents, or is a function of them. It is `exact` if it has all laws that satisfy the premises and no
others. Laws with it satisfy the premises if these are separations of its graph; it has all of them if each variable is
independent of what stands before it given its parents, as follows from the premises by the rules of semi-graphoids.

Sources: Pearl, Probabilistic Reasoning in Intelligent Systems, 1988, sections 3.1 and 3.3 (semi-graphoids, separation);
Geiger, Verma, Pearl 1990, doi:10.1002/net.3230200504 (functions).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, permutations

from derive.expr.arithmetic import Mul
from derive.expr.density import Density
from derive.expr.dependence import Independence, MarkovChain
from derive.expr.information import Information
from derive.expr.leaves import Number, Symbol
from derive.expr.node import Expr
from derive.expr.propositions import Relation

Variables = frozenset[Symbol]
MOST_VARIABLES = 6  # of which all orders are tried


@dataclass(frozen=True)
class Independent:
    """I(left; right | given) = 0."""

    left: Variables
    right: Variables
    given: Variables


@dataclass(frozen=True)
class Function:
    """H(child | parents) = 0."""

    child: Symbol
    parents: Variables


Structure = Independent | Function


@dataclass(frozen=True)
class Factor:
    """One kernel: the children given the parents. Several children have a table; a function has a row of zeros and a
    one for every value of the parents."""

    children: tuple[Symbol, ...]
    parents: tuple[Symbol, ...]
    function: bool = False


Factorisation = tuple[Factor, ...]


def structure_of(premise: Expr) -> tuple[str, tuple[Structure, ...]] | None:
    """The law that a premise speaks of and what it says; None if it is none of structure."""
    if isinstance(premise, MarkovChain | Independence):
        found = [structure_of(r) for r in premise.relations]
        if None in found:
            return None
        return premise.under, tuple(s for one in found if one is not None for s in one[1])
    if not isinstance(premise, Relation) or premise.kind not in ("=", "<="):
        return None
    if (densities := _of_densities(premise)) is not None:
        return densities
    sides = (premise.left, premise.right) if premise.kind == "<=" else _zero_last(premise.left, premise.right)
    measure, zero = sides
    if not isinstance(measure, Information) or not (isinstance(zero, Number) and zero.value == 0):
        return None
    given = frozenset(measure.given)
    groups = [frozenset(g) - given for g in measure.groups]
    if len(groups) == 1:
        return measure.under, tuple(Function(v, given) for v in _sorted(groups[0]))
    if len(groups) != 2:
        return None
    # I(D, A; D, B | C) = H(D | C) + I(A; B | C, D): what both groups have is a function of what is given
    common = groups[0] & groups[1]
    left, right = (g - common for g in groups)
    functions = tuple(Function(v, given) for v in _sorted(common))
    return measure.under, (*functions, *((Independent(left, right, given),) if left and right else ()))


def _of_densities(premise: Relation) -> tuple[str, tuple[Structure, ...]] | None:
    """Independences from densities of one law: ``p(z|x,y) = p(z|y)``, ``p(x,y) = p(x) p(y)``."""
    if premise.kind != "=":
        return None
    for left, right in ((premise.left, premise.right), (premise.right, premise.left)):
        parts = right.args if isinstance(right, Mul) else (right,)
        if not isinstance(left, Density) or not all(isinstance(p, Density) and p.law == left.law for p in parts):
            continue
        known, out = {x.variable for x in left.given}, []
        for part in parts:
            assert isinstance(part, Density)
            of, given = ({x.variable for x in group} for group in (part.outcomes, part.given))
            if not given <= known or of & known:
                break
            if known - given:
                out.append(Independent(frozenset(of), frozenset(known - given), frozenset(given)))
            known |= of
        else:
            if known == {x.variable for x in (*left.outcomes, *left.given)} and out:
                return left.law, tuple(out)
    return None


def _zero_last(left: Expr, right: Expr) -> tuple[Expr, Expr]:
    return (right, left) if isinstance(left, Number) else (left, right)


def factorisations(variables: Iterable[Symbol], premises: Iterable[Structure]) -> Iterator[Factorisation]:
    """Ways to write all laws of these variables that satisfy the premises, and no others, by kernels; none if none is
    found. Every order of the variables that allows one is given in two forms: the first kernels as one table, and each
    by itself."""
    premises = tuple(premises)
    chosen = tuple(dict.fromkeys(variables))
    if len(chosen) > MOST_VARIABLES:
        return
    logic = _Logic(premises)
    for order in permutations(chosen):
        kernels = _kernels(order, premises, logic)
        if kernels is not None and all(_holds(p, kernels) for p in premises):
            yield _grouped(kernels)
            yield tuple(Factor((child,), parents, function) for child, parents, function in kernels)


def chain_of(blocks: Sequence[tuple[Symbol, ...]], given: Variables = frozenset()) -> Factorisation:
    """Every law of the variables of the blocks: a table of the first block, then a kernel for each variable given all
    before it."""
    first = blocks[0] if blocks and not given else ()
    out = [Factor(first, ())] if first else []
    before = [*_sorted(given), *first]
    for v in (v for block in (blocks[1:] if first else blocks) for v in block):
        out.append(Factor((v,), tuple(before)))
        before.append(v)
    return tuple(out)


Kernel = tuple[Symbol, tuple[Symbol, ...], bool]  # child, parents, whether it is a function


def _kernels(order: tuple[Symbol, ...], premises: tuple[Structure, ...], logic: _Logic) -> list[Kernel] | None:
    """A kernel for every variable in this order, or None if a function comes before its arguments."""
    out: list[Kernel] = []
    for k, v in enumerate(order):
        before = order[:k]
        functions = [p.parents for p in premises if isinstance(p, Function) and p.child is v]
        if functions:
            fitting = [p for p in functions if p <= set(before)]
            if not fitting:
                return None
            out.append((v, tuple(u for u in before if u in fitting[0]), True))
            continue
        for size in range(k + 1):
            parents = next(
                (c for c in combinations(before, size) if logic.follows(v, frozenset(before) - set(c), frozenset(c))),
                None,
            )
            if parents is not None:
                out.append((v, parents, False))
                break
    return out


class _Logic:
    """What follows from independences: symmetry, decomposition, weak union, contraction."""

    def __init__(self, premises: tuple[Structure, ...]) -> None:
        self.known = [p for p in premises if isinstance(p, Independent)]
        self.follows = cache(self._follows)

    def _follows(self, v: Symbol, rest: Variables, given: Variables) -> bool:
        """Whether I(v; rest | given) = 0 follows, as far as these rules are tried."""
        if not rest:
            return True
        for p in self.known:
            for left, right in ((p.left, p.right), (p.right, p.left)):
                if v in left and rest <= right and p.given <= given <= p.given | left | right:
                    return True
        for size in range(1, len(rest)):
            for part in combinations(_sorted(rest), size):
                one = frozenset(part)
                if self.follows(v, one, given) and self.follows(v, rest - one, given | one):
                    return True
        return False


def _holds(premise: Structure, kernels: list[Kernel]) -> bool:
    """Whether every law with these kernels satisfies the premise."""
    if isinstance(premise, Function):
        return premise.child in _determined(premise.parents, kernels)
    given = _determined(premise.given, kernels)
    return not _connected(premise.left - given, premise.right - given, given, kernels)


def _determined(known: Variables, kernels: list[Kernel]) -> Variables:
    """What is a function of `known`."""
    out = set(known)
    for child, parents, function in kernels:  # parents come first
        if function and out.issuperset(parents):
            out.add(child)
    return frozenset(out)


def _connected(left: Variables, right: Variables, given: Variables, kernels: list[Kernel]) -> bool:
    """Whether the moral graph of the ancestors joins `left` and `right` outside `given`."""
    parents = {child: set(of) for child, of, _ in kernels}
    relevant: set[Symbol] = set()
    todo = [*left, *right, *given]
    while todo:
        v = todo.pop()
        if v not in relevant:
            relevant.add(v)
            todo += parents.get(v, ())
    families = [{v, *parents.get(v, ())} for v in relevant]
    reached, todo = set(left), list(left)
    while todo:
        v = todo.pop()
        for family in families:
            if v in family:
                new = family - reached - given
                reached |= new
                todo += new
    return bool(reached & right)


def _grouped(kernels: list[Kernel]) -> Factorisation:
    """The kernels as factors; the first ones, as long as each depends on all before it, are one table."""
    first: list[Symbol] = []
    for child, parents, function in kernels:
        if function or list(parents) != first:
            break
        first.append(child)
    table = (Factor(tuple(first), ()),) if first else ()
    return (*table, *(Factor((child,), parents, function) for child, parents, function in kernels[len(first) :]))


def _sorted(variables: Iterable[Symbol]) -> list[Symbol]:
    return sorted(variables, key=lambda v: v.name)
