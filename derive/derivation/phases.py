"""The phases of a derivation, each of which makes one line: macro steps made of the rewrites of one kind.

A line with derivatives: what they need is opened, then one layer of functions is differentiated per line, then the
result is tidied and definitions are recognised. A line without: logarithms, sums, named terms, definitions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from derive.derivation import algebra, definition, logarithm, sums
from derive.derivation.adjoint import Named, accumulate
from derive.derivation.algebra import size
from derive.derivation.differentiate import depends, derivative, has_derivative
from derive.derivation.entry import entry
from derive.derivation.meeting import ARITHMETIC, SUMS, simplified
from derive.derivation.order import same_but_for_order
from derive.derivation.path import difference
from derive.derivation.rewrite import Rewrite, Rule, exhaust, once
from derive.derivation.step import MACRO, Step
from derive.expr.node import Expr, walk
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Derivative
from derive.expr.tensor import Along

MOST_LINES = 24
LARGEST_LINE = 250  # to read, see `size`: a longer line is none that one reads
WORTH = 2  # how much shorter a line must be to be preferred to one that looks more like what was given
SILENT = ("variable", "constant", "entries", "order")  # named among the rules of a line only if nothing else is
PASSIVE = ("linearity", "constant", "variable", "let-substitute")  # taken as far as they go before a layer

Phase = tuple[Sequence[Rule], bool]  # rules, and whether parents are rewritten before their children

TIDY: tuple[Rule, ...] = (*algebra.TIDYING, *sums.SIFTING, *sums.TOTALS, sums.pull_out)
FINISH: tuple[Rule, ...] = (*algebra.TIDYING, *sums.TOTALS, sums.pull_out, algebra.positive_first, algebra.in_order)


def forward(
    e: Expr, further: bool = False, named: Named | None = None, premises: Sequence[Expr] = ()
) -> Iterator[Step]:
    """Macro steps from `e`, each beginning where the one before ends.

    With `further`, definitions are opened at the end. `named` are the derivatives that have a name.
    """
    seen = {e}
    count = 0
    given = tuple(assumption(p) for p in premises if isinstance(p, Relation) and p.kind == "=" and not p.axes)
    ways = [lambda e: _differentiated(e, named or {})] if has_derivative(e) else []
    ways += [lambda e: _assumed(e, given)] if given else []
    ways += [_rewritten, _opened] if further else [_rewritten]
    ways += [lambda e: _assumed(e, given)] if given else []
    for make in ways:
        for step in make(e):
            if step.after in seen or count >= MOST_LINES or size(step.after) > LARGEST_LINE:
                return
            count += 1
            seen.add(step.after)
            yield step
            e = step.after
        if has_derivative(e):
            return


def macro(parts: Sequence[Step]) -> Step | None:
    """One line from several rewrites; it names their rules in order of first use."""
    if not parts or parts[0].before is parts[-1].after:
        return None
    names = dict.fromkeys(p.rule for p in parts)
    telling = [n for n in names if n not in SILENT] or list(names)
    bindings = parts[0].bindings if len(parts) == 1 else ()
    conditions = tuple(dict.fromkeys(c for p in parts for c in p.conditions))
    before, after = parts[0].before, parts[-1].after
    return Step("; ".join(telling), before, after, difference(before, after), bindings, conditions, MACRO, tuple(parts))


# -- derivatives


def _differentiated(e: Expr, named: Named) -> Iterator[Step]:
    by_name = macro(exhaust(e, [accumulate(named)]))
    if by_name is not None:
        yield by_name
        e = by_name.after
    opening = (logarithm.open_term, definition.open_squared_norm, definition.open_product_with_logarithm)
    inside = (*logarithm.LOGARITHMS, *opening)
    prepared = macro(exhaust(e, [_term, _inside(inside), _whole]))
    if prepared is not None and set(prepared.rules) != {"let-substitute"}:
        yield prepared
        e = prepared.after
    while has_derivative(e):
        parts = _layer(e)
        step = macro(parts)
        if step is None:
            return
        yield step
        e = step.after


def _term(e: Expr) -> Rewrite | None:
    """The derivative of a named term is that of what it stands for."""
    found = derivative(e) if isinstance(e, Derivative) and not e.axes and depends(e.f, e.x) else None
    return found if found is not None and found.rule == "let-substitute" else None


def _inside(rules: Sequence[Rule]) -> Rule:
    """The rules, applied to what is differentiated."""

    def rule(e: Expr) -> Rewrite | None:
        if not isinstance(e, Derivative) or e.axes:
            return None
        step = once(e.f, rules)
        return None if step is None else Rewrite(step.rule, Derivative.of(step.after, e.x), dict(step.bindings))

    return rule


def _whole(e: Expr) -> Rewrite | None:
    """A derivative of log-sum-exp itself is derived, not looked up."""
    if isinstance(e, Derivative) and isinstance(e.f, Along | Bound):
        found = definition.open_logsumexp(e.f)
        return None if found is None else Rewrite(found.rule, Derivative.of(found.after, e.x), found.bindings)
    return None


def _only(wanted: Callable[[str], bool], among: frozenset[Expr] | None = None) -> Rule:
    def rule(e: Expr) -> Rewrite | None:
        if among is not None and e not in among:
            return None
        found = derivative(e)
        return found if found is not None and wanted(found.rule) else None

    return rule


def _layer(e: Expr) -> list[Step]:
    """Linear rules as far as they go, then one layer of functions, then what is left of variables."""
    parts = exhaust(e, [_only(lambda name: name in PASSIVE)])

    def then(rules: Sequence[Rule], outermost: bool = True) -> None:
        parts.extend(exhaust(parts[-1].after if parts else e, rules, outermost))

    now = parts[-1].after if parts else e
    among = frozenset(node for node in walk(now, into_terms=False) if isinstance(node, Derivative))
    then([_only(lambda name: name not in PASSIVE, among)])
    then([_only(lambda name: name in ("variable", "constant"))])
    then(sums.SIFTING, outermost=False)
    then([_inside((definition.see_softmax,))])  # a second derivative is taken of what has a name
    return parts


# -- everything else


def _rewritten(e: Expr) -> Iterator[Step]:
    """Tidied, definitions recognised, as long as that changes something; then the shorter normal form, if it is."""
    for make in (lambda e: _phases(e, RECOGNISE), _shortened, lambda e: _phases(e, MIRROR), _shortened):
        for step in make(e):
            yield step
            e = step.after


def _assumed(e: Expr, given: tuple[Rule, ...]) -> Iterator[Step]:
    """Premises used from left to right, and what follows from that."""
    return _phases(e, (((*given,), True), (FINISH, False)))


def assumption(premise: Relation) -> Rule:
    """The left side of an equation that is given is replaced by its right side."""
    left, right = entry(premise.left), entry(premise.right)

    def rule(e: Expr) -> Rewrite | None:
        if type(e) is not type(left) or not same_but_for_order(e, left):
            return None
        return Rewrite(f"assumption({premise})", right)

    return rule


def _shortened(e: Expr) -> Iterator[Step]:
    """Multiplied out and collected, if that is shorter."""
    for laws, rule in ((ARITHMETIC, "collect"), (SUMS, "linearity")):
        shorter = simplified(e, laws)
        if shorter is not None and size(shorter) + WORTH < size(e):
            found = Step(rule, e, shorter, difference(e, shorter))
            step = macro([found, *exhaust(shorter, FINISH, outermost=False)])
            if step is not None:
                yield step
                e = step.after


def _opened(e: Expr) -> Iterator[Step]:
    """Further, for two sides that have not met: more logarithms are split, definitions are opened, sums taken apart."""
    return _phases(e, TAKE_APART)


def _phases(e: Expr, phases: Sequence[Phase]) -> Iterator[Step]:
    """One line for every phase in which a rule applies."""
    for rules, outermost in phases:
        step = macro(exhaust(e, rules, outermost))
        if step is not None:
            yield step
            e = step.after


RECOGNISE: tuple[Phase, ...] = (
    ((*logarithm.LOGARITHMS, definition.open_slope), True),
    (TIDY, False),
    (definition.SEEN, False),
    (FINISH, False),
    ((algebra.one_quotient, algebra.common_factor, *FINISH), False),
    (definition.SEEN, False),
    (FINISH, False),
)
MIRROR: tuple[Phase, ...] = (
    ((logarithm.log_sigmoid,), True),
    ((logarithm.softplus_mirror,), True),
)
TAKE_APART: tuple[Phase, ...] = (
    ((logarithm.open_term, definition.open_mirror), True),
    ((logarithm.log_every_product, *logarithm.LOGARITHMS), True),
    ((sums.split_sum, *TIDY), False),
    ((definition.open_let, *logarithm.LOGARITHMS), True),
    (definition.DEFINITIONS, True),
    ((logarithm.log_every_product, *logarithm.LOGARITHMS), True),
    ((logarithm.exp_sum, logarithm.exp_log), True),
    ((sums.split_sum, *TIDY), False),
    (FINISH, False),
)
