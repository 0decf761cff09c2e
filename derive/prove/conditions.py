"""Where only one side of a claim has a value: what has to hold there besides the domains, as far as its form shows."""

from __future__ import annotations

from typing import Any

from derive.expr.arithmetic import Div, Pow
from derive.expr.node import Expr, walk
from derive.expr.operations import Apply
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Weighted, Where
from derive.meaning.interval import Ranges
from derive.prove.deciders import require
from derive.prove.smt.linear import rational

SHELTERED = (Where, Weighted, Bound)  # what stands below these need not have a value everywhere


def one_sided(claim: Relation) -> tuple[str, ...]:
    """The conditions under which both sides have values, that only one of them needs."""
    left, right = (_needs(side) for side in (claim.left, claim.right))
    return tuple(sorted(set(left) ^ set(right)))


def require_conditions(claim: Relation, row: dict[str, Any]) -> None:
    """Raise `RecordError` unless a record has all conditions of a claim."""
    missing = [text for text in one_sided(claim) if text not in row["conditions"]]
    require(not missing, f"the claim needs {', '.join(missing)}, which is not recorded")


def _needs(side: Expr) -> dict[str, None]:
    ranges, out = Ranges(), dict[str, None]()
    below: set[Expr] = {n for e in walk(side) if isinstance(e, SHELTERED) for a in e.args for n in walk(a)}
    for e in walk(side):
        if e in below:
            continue
        match e:
            case Div() if rational(e.args[1]) is None and not ranges(e.args[1]).nonzero:
                out[f"{e.args[1]} != 0"] = None
            case Pow() if (n := rational(e.args[1])) is not None:
                base = ranges(e.args[0])
                if n < 0 and not base.nonzero:
                    out[f"{e.args[0]} != 0"] = None
                if n.denominator != 1 and not base.nonneg:
                    out[f"{e.args[0]} >= 0"] = None
            case Apply() if e.operation.domain.name == "positive" and not ranges(e.args[0]).positive:
                out[f"{e.args[0]} > 0"] = None
            case Apply() if e.operation.domain.name == "nonneg" and not ranges(e.args[0]).nonneg:
                out[f"{e.args[0]} >= 0"] = None
    return out
