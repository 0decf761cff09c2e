"""A claim decided by the theory that it speaks of: measures of information, or numbers and tensors.

Nothing here is imported before it is needed: an identity of entropies is decided without the rest.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from derive.expr.errors import DeriveError
from derive.expr.node import Expr
from derive.expr.propositions import Relation
from derive.prove import information
from derive.prove.budget import DRAWS
from derive.prove.verdict import Verdict

if TYPE_CHECKING:
    from derive.chain.resolve import Derivatives


FINITE = "variables with finitely many values"


class NoUsableDrawError(DeriveError):
    """A claim that is defined nowhere, or whose premises no drawn point satisfies: there is nothing to decide."""


class NoTablesError(DeriveError):
    """A claim about continuous variables, or under premises that no factorisation of finite tables is known for."""


def meant(relation: Relation, premises: tuple[Expr, ...]) -> tuple[Relation, tuple[Expr, ...]]:
    """The claim about numbers and tensors that a claim is: one about densities is one about finite tables.

    Raises `NoTablesError`.
    """
    if not information.has_densities(relation, *premises):
        return relation, premises
    from derive.meaning.entropy.unfolding import unfolded

    try:
        tables = unfolded(relation, premises)
    except RecursionError:  # a law that is defined by itself, p(x) = 1/|X|
        tables = None
    if tables is None:
        why = "it is not decided by entropies, and no finite tables are known that satisfy what it says"
        raise NoTablesError(why)
    return tables


def decide(
    relation: Relation,
    premises: tuple[Expr, ...] = (),
    derivatives: Derivatives | None = None,
    *,
    seed: int = 0,
    draws: int = DRAWS,
    command: str = "",
    paranoid: bool = False,
    screening: bool = False,
) -> Verdict:
    """The verdict on one relation between two expressions as written; `screening` only looks for a counterexample.

    Raises the author's errors (shapes, sorts, `NoUsableDrawError`); what the engine cannot do is `undecided`, never an
    exception.
    """
    if information.speaks_of(relation, *premises):
        from derive.prove.information.decide import decide as decide_measures

        verdict = decide_measures(relation, premises, command=command, screening=screening)
        if verdict is not None:
            return verdict
    try:
        tables = meant(relation, premises)
    except NoTablesError as error:
        return Verdict("undecided", message=str(error))
    from derive.prove.attempts import attempt

    verdict = attempt(
        *tables,
        derivatives,
        seed=seed,
        draws=draws,
        command=command,
        paranoid=paranoid,
        screening=screening,
    )
    if verdict.kind != "proved" or tables == (relation, premises):
        return verdict
    return replace(verdict, assumptions=(*assumed_by_tables(relation, premises), *verdict.assumptions))


def assumed_by_tables(relation: Relation, premises: tuple[Expr, ...]) -> tuple[str, ...]:
    """What a proof over tables assumes: that they are finite, and the premises that they satisfy by their form."""
    if not information.has_densities(relation, *premises):
        return ()
    from derive.meaning.entropy.unfolding import absorbed

    finite = (FINITE,) if information.has_densities(relation) else ()
    return (*finite, *(str(premise) for premise in absorbed(relation, premises)))
