"""The Python interface: `derive.check`, `derive.parse`, `derive.entry`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive import library
from derive.entry.record import Record
from derive.expr.errors import SortError
from derive.expr.node import Expr
from derive.expr.propositions import Relation
from derive.prove.decide import decide
from derive.prove.verdict import Verdict
from derive.text.statement import Statement
from derive.text.statement import parse as parse_statement

WORST = ("refuted", "undecided", "assumed", "tested", "proved")


def parse(text: str, where: str = "", given: Sequence[str] | str = (), latex: bool = False) -> Statement:
    """A statement of the text grammar, or in LaTeX; raises `ParseError` with a position."""
    return parse_statement(text, where, (given,) if isinstance(given, str) else tuple(given), latex)


def check(claim: str | Expr, given: Sequence[str] | str = (), where: str = "", latex: bool = False) -> Verdict:
    """The verdict on a statement, given as text, as LaTeX, or as a relation between expressions.

    Of a chained relation, the weakest verdict of its links. Raises the author's errors only.
    """
    if isinstance(claim, Relation):
        return decide(claim)
    if isinstance(claim, Expr):
        raise SortError(f"`{claim}` is no claim; write a relation, e.g. derive.entry.equals(a, b)")
    premises = (given,) if isinstance(given, str) else tuple(given)
    verdicts = [verdict for _, verdict in decide_statement(claim, where, premises, latex=latex)]
    return min(verdicts, key=lambda v: WORST.index(v.kind))


def decide_statement(
    text: str,
    where: str = "",
    given: tuple[str, ...] = (),
    seed: int = 0,
    command: str = "",
    paranoid: bool = False,
    latex: bool = False,
) -> Iterator[tuple[Relation, Verdict]]:
    """Every relation of a statement, in order, with its verdict."""
    statement = parse_statement(text, where, given, latex)
    for relation in statement.relations:
        if not isinstance(relation, Relation):
            raise SortError(f"`{relation}` is a definition; a statement relates two expressions")
        yield relation, decide(relation, statement.premises, seed=seed, command=command, paranoid=paranoid)


def entry(name: str) -> Record:
    """The catalog's entry of this id; `UnknownNameError` names the nearest ids."""
    return library.entry(name)
