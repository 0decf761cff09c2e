"""Infinite sums and products that certainly diverge, or vanish, by how their terms grow.

A sum diverges to ±∞ if its terms have one sign in the end and are at least c/k (comparison with the harmonic series). A
product is 0 if its terms come to less than 1 in absolute value (DLMF 1.9(vii)).
"""

from __future__ import annotations

from derive.expr.arithmetic import Neg
from derive.expr.domains import Domain
from derive.expr.leaves import INFINITY, ONE, ZERO, Symbol, Variable
from derive.expr.node import Expr
from derive.expr.structure import Bound
from derive.expr.substitute import substitute
from derive.meaning.facts import Fact
from derive.meaning.limits.expand import Expander
from derive.meaning.limits.ground import Ground, NoExpansion
from derive.meaning.limits.limit import ORDERS
from derive.meaning.limits.scale import T
from derive.meaning.normal.signs import rational


def extreme(e: Bound, facts: tuple[Fact, ...] = ()) -> Expr:
    """oo or -oo for a sum, 0 for a product, if that is certain. Raises `NoExpansion`.

    The terms have to be defined at every position of the range, which nobody checks here.
    """
    ground = Ground(facts)
    far = Variable(e.index.name, position(e).domain)
    expander = Expander(ground, ORDERS[0], far, INFINITY)
    f = expander(substitute(e.body, {e.index: far}))
    if ground.needs:
        raise NoExpansion("the terms are not known to be defined")
    if e.kind == "prod":
        _, limit, _ = expander.split(f)
        inside = ground.sign(ground.plus(ONE, ground.negative(limit))) > 0 and ground.sign(ground.plus(ONE, limit)) > 0
        if any(expander.scale.trend(m) > 0 for _, m in f.terms) or not inside:
            raise NoExpansion("the factors do not come to less than 1")
        return ZERO
    _, m, sign, _ = expander.leading(f)
    if expander.scale.trend(expander.scale.product(m, T)) < 0:
        raise NoExpansion("the terms are smaller than 1/k")
    return INFINITY if sign > 0 else Neg.of(INFINITY)


def position(e: Bound) -> Symbol:
    """An integer of the range of a sum that begins at a number."""
    first = rational(e.low)
    if first is None:
        raise NoExpansion("a range that begins at no number")
    domain = Domain(f"int from {first}", r"\mathbb{Z}", lower=first, integer=True, edges=(first, first + 1))
    return Symbol(e.index.name, domain=domain)
