"""Where two sequences of lines meet: the first pair that differs by arithmetic alone, or by laws that a proof names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derive.derivation.algebra import size
from derive.derivation.check import check
from derive.derivation.differentiate import has_derivative
from derive.derivation.order import same_but_for_order
from derive.derivation.path import difference
from derive.derivation.step import MACRO, Step
from derive.derivation.written import joined, over, power, rational, rebuilt, split, times
from derive.expr.arithmetic import Add, Mul, Neg, Pow
from derive.expr.leaves import ONE
from derive.expr.node import Expr, as_expr, walk
from derive.expr.structure import Bound
from derive.expr.tensor import MatMul
from derive.meaning import index_form
from derive.meaning.normal.lower import Normaliser
from derive.meaning.normal.poly import Poly
from derive.meaning.normal.render import written

MOST_TO_PROVE = 90  # the size of two lines that a proof is looked for
FEW_LAWS = 3
ARITHMETIC: frozenset[str] = frozenset()
SUMS = frozenset({"linearity", "delta_sift"})
LAW_NAMES = {
    "logsumexp": "definition(logsumexp)",
    "sqrt": "definition(sqrt)",
    "expectation": "definition(expectation)",
    "rows_sum_to_one": "assumption(one-hot)",
    "simplex_total": "assumption(simplex)",
    "symmetric": "assumption(symmetric)",
    "idempotent": "assumption(binary)",
    "sum_shift": "shift-index",
}


def keys(lines: Sequence[Expr], laws: frozenset[str]) -> list[str]:
    """What lines have in common that differ by arithmetic and these laws alone; empty where there is no normal form."""
    search = Normaliser(laws, {})
    return [_key(search, e) for e in lines]


def _key(search: Normaliser, e: Expr) -> str:
    found = None if has_derivative(e) else _normalised(search, e)
    return "" if found is None else found.key


def _normalised(search: Normaliser, e: Expr) -> Poly | None:
    try:
        return search.normalise(index_form.entry(e))
    except Exception:  # whatever goes wrong, there is no normal form to compare, and nothing is claimed
        return None


def simplified(e: Expr, laws: frozenset[str]) -> Expr | None:
    """The line multiplied out and collected by these laws, its terms in a readable order."""
    search = Normaliser(laws, {})
    found = _normalised(search, e)
    try:
        return None if found is None else neat(written(search, found))
    except TypeError:  # an atom that without its laws has no expression
        return None


def neat(e: Expr) -> Expr:
    """A rendered normal form as one writes it: signs outside, positive terms first."""
    done: dict[Expr, Expr] = {}
    for node in walk(e, into_terms=False):
        new = rebuilt(node, tuple(done[a] for a in node.args)) if node.args else node
        if isinstance(new, Pow) and (value := rational(new.args[1])) is not None and value < 0:
            new = over(ONE, power(new.args[0], as_expr(-value)))
        if isinstance(new, Mul):
            new = joined(*split(times(*new.args)))
        if isinstance(new, Add):
            new = Add.of(*(t for t in new.args if not isinstance(t, Neg)), *(t for t in new.args if isinstance(t, Neg)))
        done[node] = new
    return done[e]


def meet(left: Sequence[Expr], right: Sequence[Expr]) -> tuple[int, int, str] | None:
    """The places in both sequences with the fewest lines in all, and the rule of the step between them."""
    pairs = sorted(((i, j) for i in range(len(left)) for j in range(len(right))), key=lambda p: (p[0] + p[1], p[1]))
    for i, j in pairs:
        if left[i] is right[j]:
            return i, j, ""
    for laws, name in ((ARITHMETIC, "collect"), (SUMS, "linearity")):
        found = keys((*left, *right), laws)
        for i, j in pairs:
            if found[i] and found[i] == found[len(left) + j]:
                return i, j, _bridge_name(left[i], right[j], name)
    return None


def _bridge_name(left: Expr, right: Expr, name: str) -> str:
    """What leads from one line to the other, if not only arithmetic: other indices, products of matrices."""
    if same_but_for_order(left, right):
        return "rename-index" if any(isinstance(node, Bound) for node in walk(left)) else "order"
    if _ranges(left) != _ranges(right) and len(_ranges(left)) == len(_ranges(right)):
        return "shift-index"
    return "matrix-notation" if _products(right) - _products(left) else name


def _ranges(e: Expr) -> list[tuple[Expr, Expr]]:
    return [(node.low, node.high) for node in walk(e, into_terms=False) if isinstance(node, Bound)]


def meet_by_proof(left: Sequence[Expr], right: Sequence[Expr], premises: Sequence[Expr]) -> tuple[int, int, str] | None:
    """Where a proof from the trusted laws leads from one line to the other, with the fewest laws."""
    found: list[tuple[int, int, list[str]]] = []
    for i, j in dict.fromkeys(((len(left) - 1, 0), (len(left) - 1, len(right) - 1), (0, 0))):
        small = size(left[i]) + size(right[j]) <= MOST_TO_PROVE
        laws = _proved(left[i], right[j], premises) if small else None
        if laws is not None:
            found.append((i, j, laws))
            if len(laws) <= FEW_LAWS:
                break
    if not found:
        return None
    i, j, laws = min(found, key=lambda each: len(each[2]))
    return i, j, "; ".join(laws) or "collect"


def _products(e: Expr) -> set[Expr]:
    return {node for node in walk(e, into_terms=False) if isinstance(node, MatMul)}


def _proved(left: Expr, right: Expr, premises: Sequence[Expr]) -> list[str] | None:
    """The laws of a proof of ``left = right`` under the names that rules have."""
    verdict = check(left, right, tuple(premises))
    if verdict.kind != "proved":
        return None
    named = [rule_of(law) for law in verdict.evidence.get("laws", ())]
    if verdict.method in ("cases", "induction"):
        named.insert(0, verdict.method)
    return list(dict.fromkeys(named))


def rule_of(law: str) -> str:
    """The name of a trusted law among the rules of derivations."""
    if law in LAW_NAMES:
        return LAW_NAMES[law]
    if law.startswith("unfold_"):
        return f"definition({law.removeprefix('unfold_')})"
    if law.startswith("slope_"):
        return f"chain({law.removeprefix('slope_')})"
    return law.replace("_", "-")


def bridge(rule: str, before: Expr, after: Expr) -> Step:
    return Step(rule, before, after, difference(before, after), level=MACRO)


def condensed(steps: Sequence[Step]) -> list[Step]:
    """The steps without lines that say the same in another order: each is joined to the one before it."""
    out: list[Step] = []
    for step in steps:
        if out and same_but_for_order(step.before, step.after):
            last = out[-1]
            parts = (*(last.parts or (last,)), *(step.parts or (step,)))
            way = difference(last.before, step.after)
            out[-1] = replace(last, after=step.after, path=way, parts=parts, level=MACRO)
        else:
            out.append(step)
    return out
