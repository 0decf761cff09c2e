"""A proved value of an integral, a limit or an infinite sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derive.expr.leaves import INFINITY
from derive.expr.node import Expr, walk
from derive.expr.plain import plain
from derive.expr.propositions import Relation
from derive.prove.proof import Evidence


@dataclass(frozen=True)
class ClosedForm:
    """`node` exists and equals `value` wherever `conditions` hold, proved by the provider whose KIND is `kind`.

    Both are core expressions. `conditions` are what is needed beyond the declared domains; `method` and `laws` are for
    people, `assumptions` the premises that were used.
    """

    node: Expr
    value: Expr
    kind: str
    method: str
    evidence: Evidence
    conditions: tuple[Relation, ...] = ()
    assumptions: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()
    restricted: ClosedForm | None = None  # the same where the value is a number, if it is not always one

    @property
    def finite(self) -> ClosedForm | None:
        """This form if its value is a number. oo can only be compared: it stands for a whole side or not at all."""
        infinite = any(leaf is INFINITY for leaf in walk(self.value))
        return self.restricted if infinite else self

    def to_json(self) -> dict[str, Any]:
        """The certificate: the node and its value as text, and what the provider needs to check it again."""
        return {
            "kind": self.kind,
            "node": plain(self.node),
            "value": plain(self.value),
            "method": self.method,
            "derivation": self.evidence.to_json(),
        }
