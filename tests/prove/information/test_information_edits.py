"""The smallest change of a statement about measures that makes it true."""

import pytest

import derive
from derive.expr.node import Expr
from derive.expr.propositions import Relation
from derive.prove.information import edits
from derive.prove.information.edits import provable, refutable, smallest
from derive.prove.verdict import Edit
from derive.text.statement import parse


def edit(text: str, *given: str) -> Edit | None:
    statement = parse(text, "", given)
    (relation,) = statement.relations
    assert isinstance(relation, Relation)
    return smallest(relation, statement.premises, provable, refutable)


@pytest.mark.parametrize(
    ("text", "given", "expected", "premises"),
    [
        ("H(X|Y) >= H(X)", "", "H(X|Y) <= H(X)", ""),
        ("1.000000001 I(X;Y) <= H(X)", "", "I(X;Y) <= H(X)", ""),
        ("I(X;Y) = H(X) + H(X|Y)", "", "I(X;Y) = H(X) - H(X|Y)", ""),
        ("I(X;Y) = H(Y|X) - H(Y)", "", "I(X;Y) = H(Y) - H(Y|X)", ""),
        ("H(X,Y,Z) = H(X) + H(Y|X) + H(Z|Y)", "", "H(X,Y,Z) = H(X) + H(Y|X) + H(Z|Y,X)", ""),
        ("I(X;Y) = H(X) + H(Y)", "", "I(X;Y) = H(X) + H(Y) - H(X,Y)", ""),
        ("I(X,Y;Z) = I(X;Z)", "", "I(X,Y;Z) = I(X;Z) + I(Y;Z|X)", ""),
        ("H(X,Y) = H(X|Y)", "", "H(X,Y) = H(X|Y) + H(Y)", ""),
        ("I(X;Z) <= I(X;Y)", "Y -> X -> Z", "I(X;Z) <= I(X;Y)", "X -> Y -> Z"),
        ("I(X;Y|Z) <= I(X;Y)", "", "I(X;Y|Z) <= I(X;Y)", "X -> Z -> Y"),
        ("H(X) <= H(Y)", "", "H(X) <= H(Y)", "H(X|Y) = 0"),
        ("H(W) >= I(X;Y)", "H(W|X) = 0; H(W|Y) = 0", "H(W) <= I(X;Y)", ""),
    ],
)
def test_the_edit_that_makes_it_true(text: str, given: str, expected: str, premises: str) -> None:
    assert derive.check(text, given=given).kind == "refuted"
    found = edit(text, *([given] if given else []))
    assert found is not None
    assert (found.statement, found.given) == (expected, premises)
    assert derive.check(found.statement, given=found.given or given).kind == "proved"


def test_nothing_is_told_that_is_not_proved() -> None:
    statement = parse("2 H(X,Y|Z) + H(Z|X) <= H(Y) + H(U)", "")
    (relation,) = statement.relations
    assert isinstance(relation, Relation)
    asked = []

    def never(claim: Relation, premises: tuple[Expr, ...]) -> bool:
        asked.append((claim, premises))
        return False

    assert smallest(relation, (), never, lambda claim, premises: False) is None
    assert len(asked) == edits.MOST_PROVED
    assert len(set(asked)) == len(asked)
    assert (relation, ()) not in asked


def test_a_term_is_not_put_on_both_sides() -> None:
    found = edit("I(A;B) <= I(A;B|C) + I(A;B|U) + I(C;U)")
    assert found is None or "I(A;B) <= I(A;B) " not in found.statement


def test_premises_that_contradict_each_other_prove_nothing() -> None:
    statement = parse("H(X) <= 0", "", ("H(X) = log 2; H(X) = log 3",))
    (relation,) = statement.relations
    assert isinstance(relation, Relation)
    assert not provable(relation, statement.premises)
