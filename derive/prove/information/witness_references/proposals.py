"""Tables to try: small laws that satisfy the premises of structure, references and functions that make bounds tight.

A bound with a reference or a function is hard to violate by chance if it only fails where that is nearly the best one.
So references are also drawn as the laws under which the statement takes its means, and functions as ratios of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from random import Random

from derive.expr.density import Contrast, Density, Expectation, Outcome, Product
from derive.expr.dependence import Independence, MarkovChain, Unequal
from derive.expr.information import Information
from derive.expr.leaves import Symbol
from derive.expr.node import Expr, Sort, walk
from derive.expr.operations import Apply
from derive.expr.propositions import Relation
from derive.expr.structure import Call
from derive.meaning.entropy.factorisation import Factorisation, Structure, factorisations, structure_of
from derive.prove.information.reading.linear import Reader
from derive.prove.information.reading.mixtures import Parts
from derive.prove.information.reading.multiples import ranges
from derive.prove.information.reading.premises import read
from derive.prove.information.reading.terms import Factor, UnreadableError, names
from derive.prove.information.witness_references.evaluation import Joint, Tables, UndefinedError, Value, logarithm

SMALL = 40  # so many tables with two outcomes of each variable come first
RATIOS = tuple(Fraction(*pair) for pair in ((1, 4), (1, 3), (1, 2), (1, 1), (2, 1), (3, 1), (4, 1)))


@dataclass
class Statement:
    """What of a statement the drawing of tables must know."""

    relation: Relation
    premises: tuple[Expr, ...]
    laws: dict[str, tuple[str, ...]]  # law -> its variables
    functions: dict[str, tuple[tuple[str, ...], bool]]  # name -> variables, whether it is a logarithm of rationals
    reals: dict[str, Symbol]
    means: tuple[Product, ...]  # the products of densities under which means are taken
    factors: dict[str, Factorisation]
    agreements: list[tuple[tuple[Factor, ...], tuple[Factor, ...], str]]
    mixtures: list[tuple[str, tuple[str, ...], Parts]]


def statement(relation: Relation, premises: Sequence[Expr]) -> Statement | None:
    """What the tables of a statement are; None if some part of it is beyond them."""
    premises = tuple(premises)
    laws: dict[str, dict[str, None]] = {}
    symbols: dict[str, Symbol] = {}
    functions: dict[str, tuple[tuple[str, ...], bool]] = {}
    reals: dict[str, Symbol] = {}
    means: dict[Product, None] = {}

    def note(law: str, variables: Sequence[Symbol]) -> None:
        laws.setdefault(law, {}).update(dict.fromkeys(v.name for v in variables))
        symbols.update((v.name, v) for v in variables)

    in_exponents = {n for e in walk(relation, *premises) if _is(e, "exp") for n in walk(*e.args)}
    in_logarithms = {n for e in walk(relation, *premises) if _is(e, "log") for n in walk(*e.args)}
    for node in walk(relation, *premises):
        match node:
            case Density():
                note(node.law, [x.variable for x in node.args if isinstance(x, Outcome)])
            case Information():
                note(node.under, [v for g in (*node.groups, node.given) for v in g])
            case MarkovChain() | Independence():
                for r in node.relations:
                    for part in walk(r):
                        if isinstance(part, Information):
                            note(part.under, [v for g in (*part.groups, part.given) for v in g])
            case Unequal():
                note(node.under, [node.left, node.right])
            case Expectation():
                means[node.factors] = None
            case Contrast():
                means[(*node.average, *node.left)] = None
                if node.right:
                    means[(*node.average, *node.right)] = None
            case Call():
                variables = tuple(a.variable.name for a in node.args if isinstance(a, Outcome))
                if len(variables) < len(node.args):
                    return None
                before = functions.setdefault(node.function.name, (variables, False))
                if len(before[0]) != len(variables):
                    return None
                is_log = before[1] or node in in_exponents or node not in in_logarithms
                functions[node.function.name] = (before[0], is_log)
            case Symbol() if node.sort is Sort.NUMBER and not node.axes and not node.family:
                reals[node.name] = node
    if any(v.domain.name == "continuous" for v in symbols.values()):
        return None  # a table has no density
    structure: dict[str, list[Structure]] = {}
    for premise in premises:
        if (found := structure_of(premise)) is not None:
            structure.setdefault(found[0], []).extend(found[1])
            note(found[0], ())
    factors: dict[str, Factorisation] = {}
    for law, variables in laws.items():
        first = next(factorisations([symbols[v] for v in variables], structure.get(law, ())), None)
        if first is None:
            return None
        factors[law] = first
    reader = Reader(ranges=ranges(premises, reals.values()))
    try:
        read(reader, premises)
    except UnreadableError:
        return None
    mixtures = [(m.name, m.of, m.parts) for m in reader.mixtures]
    return Statement(
        relation,
        premises,
        {law: names(vs) for law, vs in laws.items()},
        functions,
        reals,
        tuple(means),
        factors,
        reader.laws.equal,
        mixtures,
    )


def _is(e: Expr, name: str) -> bool:
    return isinstance(e, Apply) and e.operation.name == name


def drawn(of: Statement, rng: Random, style: int) -> Tables:
    """Tables in one style: `style` says how sparse the laws are and where references and functions come from."""
    everything = names(v for vs in of.laws.values() for v in vs)
    most = 2 if len(everything) > 3 or style % 3 or style < SMALL else 3
    sizes = {v: 2 if rng.random() < 0.7 else rng.randint(2, most) for v in everything}
    for mine, other in _compared(of):
        sizes[mine] = sizes[other] = max(sizes[mine], sizes[other])
    tables = Tables(sizes, {})
    sparse, all_sparse = style % 4 == 1, style % 8 == 4
    for law, variables in of.laws.items():
        tables.laws[law] = _law(
            of.factors[law], variables, sizes, rng, all_sparse or (sparse and law == next(iter(of.laws)))
        )
    if style % 8 == 7:
        _apart(of, tables)
    for name, symbol in of.reals.items():
        tables.reals[name] = symbol.domain.draw(rng, ())[0]
    _agree(of, tables)
    if style % 2:
        _follow(of, tables, rng)
        _agree(of, tables)
    for name, (variables, is_log) in of.functions.items():
        tables.functions[name] = _function(of, tables, variables, is_log, rng, style)
    return tables


def _compared(of: Statement) -> Iterator[tuple[str, str]]:
    for node in walk(of.relation, *of.premises):
        if isinstance(node, Unequal):
            yield node.left.name, node.right.name


def _apart(of: Statement, tables: Tables) -> None:
    """Give the second of two variables that are compared other values than the first."""
    for variable, first in {other: tables.sizes[mine] for mine, other in _compared(of)}.items():
        tables.sizes[variable] += first
        for name, law in tables.laws.items():
            if variable in law.variables:
                at = law.variables.index(variable)
                moved = {(*k[:at], k[at] + first, *k[at + 1 :]): p for k, p in law.table.items()}
                tables.laws[name] = Joint(law.variables, moved)


def _law(factors: Factorisation, variables: tuple[str, ...], sizes: dict[str, int], rng: Random, sparse: bool) -> Joint:
    """A joint table as a product of kernels with small rational entries."""
    plain = (1, 1, 2) if max(sizes.values()) == 2 else (1, 1, 2, 3, 5)
    kernels = []
    for f in factors:
        children, parents = ([v.name for v in vs] for vs in (f.children, f.parents))
        table: dict[tuple[int, ...], list[Fraction]] = {}
        count = 1
        for v in children:
            count *= sizes[v]
        for given in product(*(range(sizes[v]) for v in parents)):
            if f.function:
                weights = [0] * count
                weights[rng.randrange(count)] = 1
            elif sparse:
                weights = [rng.choice((0, 1, 1)) for _ in range(count)]
                weights[rng.randrange(count)] += 1
            else:
                weights = [rng.choice(plain) for _ in range(count)]
            table[given] = [Fraction(w, sum(weights)) for w in weights]
        kernels.append((children, parents, table))
    out: dict[tuple[int, ...], Fraction] = {}
    for values in product(*(range(sizes[v]) for v in variables)):
        at = dict(zip(variables, values, strict=True))
        p = Fraction(1)
        for children, parents, table in kernels:
            place = 0
            for v in children:
                place = place * sizes[v] + at[v]
            p *= table[tuple(at[v] for v in parents)][place]
        if p:
            out[values] = p
    return Joint(variables, out)


def _agree(of: Statement, tables: Tables) -> None:
    """Change laws so that those agree which the premises make equal. What then fails is dropped by the exact check."""
    for law, over, parts in of.mixtures:
        if law in tables.laws:
            mixed = _table(tables, over, lambda at, parts=parts: _mixed(tables, parts, at))
            tables.laws[law] = _with_marginal(tables, tables.laws[law], over, (), mixed)
    for left, right, _ in of.agreements:
        for old, new in ((left, right), (right, left)):
            if len(old) == 1 and old[0].law in tables.laws and old[0].law not in {f.law for f in new}:
                f = old[0]
                wanted = _table(tables, (*f.of, *f.given), lambda at, new=new: _weight(tables, new, at))
                tables.laws[f.law] = _with_marginal(tables, tables.laws[f.law], f.of, f.given, wanted)
                break


def _mixed(tables: Tables, parts: Parts, at: dict[str, int]) -> Fraction:
    out = Fraction(0)
    for weight, factors in parts:
        share = weight.constant + sum((c * tables.reals[name] for name, c in weight.symbols), Fraction(0))
        out += share * _weight(tables, factors, at)
    return out


def _weight(tables: Tables, factors: Sequence[Factor], at: dict[str, int]) -> Fraction:
    out = Fraction(1)
    for f in factors:
        law, whole = tables.law(f.law), names((*f.of, *f.given))
        above = law.marginal(whole).get(tuple(at[v] for v in whole), Fraction(0))
        below = law.marginal(f.given).get(tuple(at[v] for v in f.given), Fraction(0)) if f.given else Fraction(1)
        out *= above / below if below else Fraction(0)
    return out


def _table(
    tables: Tables, over: Sequence[str], value: Callable[[dict[str, int]], Fraction]
) -> dict[tuple[int, ...], Fraction]:
    return {
        values: value(dict(zip(over, values, strict=True)))
        for values in product(*(range(tables.sizes[v]) for v in over))
    }


def _with_marginal(
    tables: Tables, law: Joint, of: tuple[str, ...], given: tuple[str, ...], wanted: dict[tuple[int, ...], Fraction]
) -> Joint:
    """The law with this conditional table of `of` given `given`, and what it had else."""
    over = (*of, *given)
    has, under = law.marginal(over), law.marginal(given)
    out: dict[tuple[int, ...], Fraction] = {}
    for values, p in law.table.items():
        at = dict(zip(law.variables, values, strict=True))
        key, base = tuple(at[v] for v in over), tuple(at[v] for v in given)
        new = p / has[key] * wanted[key] * (under[base] if given else 1)
        if new:
            out[values] = new
    return Joint(law.variables, out)


def _follow(of: Statement, tables: Tables, rng: Random) -> None:
    """Let each law but the first be one under which the statement takes a mean, where one knows its variables."""
    closed = [m for m in of.means if _closed(m)]
    for law in list(tables.laws)[1:]:
        over = tables.laws[law].variables
        choices = [m for m in closed if set(over) <= {x.variable.name for f in m for x in f.outcomes}]
        choices = [m for m in choices if all(f.law != law for f in m)]
        if not choices:
            continue
        table: dict[tuple[int, ...], Fraction] = {}
        for at, p in tables.outcomes(rng.choice(choices), {}):
            key = tuple(at[v] for v in over)
            table[key] = table.get(key, Fraction(0)) + p
        cells = list(product(*(range(tables.sizes[v]) for v in over)))
        if sum(table.values()) == 1:
            tiny = Fraction(1, 100) if len(table) < len(cells) else Fraction(0)
            share = (1 - tiny) if tiny else Fraction(1)
            mixed = {c: share * table.get(c, Fraction(0)) + tiny / len(cells) for c in cells}
            tables.laws[law] = Joint(over, {c: p for c, p in mixed.items() if p})


def _closed(factors: Product) -> bool:
    """Whether a product of densities leaves no outcome free."""
    bound = {x for f in factors for x in f.outcomes}
    return all(x in bound for f in factors for x in f.given)


def _function(
    of: Statement, tables: Tables, variables: tuple[str, ...], is_log: bool, rng: Random, style: int
) -> dict[tuple[int, ...], Value]:
    """A table of logarithms of small ratios, or of ratios of two laws under which means are taken."""
    cells = list(product(*(range(tables.sizes[v]) for v in variables)))
    ratios = {c: rng.choice(RATIOS) for c in cells}
    known = [m for m in of.means if _closed(m) and {x.variable.name for f in m for x in f.outcomes} == set(variables)]
    if style % 3 and len(known) > 1:
        above, below = rng.sample(known, 2)
        try:
            values = [{tuple(at[v] for v in variables): p for at, p in tables.outcomes(m, {})} for m in (above, below)]
            if all(values[0].get(c) and values[1].get(c) for c in cells):
                ratios = {c: values[0][c] / values[1][c] for c in cells}
        except (UndefinedError, KeyError):
            pass
    return {c: logarithm(r) if is_log else r for c, r in ratios.items()}
