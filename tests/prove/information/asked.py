"""A statement from text as the reader takes it: one relation and its premises."""

from derive.expr.node import Expr
from derive.expr.propositions import Relation
from derive.text.statement import parse


def asked(text: str, given: tuple[str, ...] = (), where: str = "") -> tuple[Relation, tuple[Expr, ...]]:
    statement = parse(text, where, given)
    (relation,) = statement.relations
    assert isinstance(relation, Relation)
    return relation, statement.premises
