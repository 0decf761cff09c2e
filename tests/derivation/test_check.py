"""The check of a step: a line that was tampered with is never proved, whatever the rule said."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from derive.chain import partial as engine
from derive.derivation import Step, derive
from derive.derivation.check import check, checked
from derive.derivation.path import difference, part, places, replaced
from derive.derivation.quotient import agree
from derive.expr.arithmetic import Add, Mul, Neg
from derive.expr.errors import ShapeError
from derive.expr.leaves import ONE, Number
from derive.expr.node import Expr
from derive.expr.operations import Apply, cosh, exp, log, sinh
from derive.expr.propositions import Relation
from derive.expr.structure import Delta, Derivative
from derive.text.statement import parse, parse_formula

STARTS = [
    ("D(logsumexp(z), z[j])", "z: real[n]"),
    ("grad(norm(A@x - b)**2, x)", "A: real[m,n]; x: real[n]; b: real[m]"),
    ("D(-log(softmax(z)[k]), z[j])", "z: real[n]"),
    ("D(softmax(z)[k], z[j])", "z: real[n]"),
    ("grad(x@A@x, x)", "x: real[n]; A: real[n,n]"),
    ("D(log(x)/x, x)", "x: positive"),
    ("D(-y*log(sigmoid(z)) - (1-y)*log(1-sigmoid(z)), z)", "y: binary"),
    ("D((log(y) - m)**2/(2*s**2), s)", "y, s: positive"),
]


def steps(text: str, where: str) -> tuple[Step, ...]:
    start, premises = parse_formula(text, where)
    found = derive(start, premises=premises)
    assert found is not None
    return found.steps


def equality(text: str) -> Relation:
    (relation,) = parse(text, "").relations
    assert isinstance(relation, Relation)
    return relation


def mutants(e: Expr) -> Iterator[Expr]:
    """Small slips: a sign, a number, a factor, a term, a function, a delta; nothing inside a derivative."""
    yield e + 1
    yield 2 * e
    yield -e
    for path, node in places(e, outermost=True):
        if any(isinstance(part(e, path[:k]), Derivative) for k in range(len(path))):
            continue
        match node:
            case Number() if path:
                yield replaced(e, path, Number.of(node.value + 1))
            case Neg():
                yield replaced(e, path, node.args[0])
            case Mul() | Add():
                for k in range(len(node.args)):
                    rest = (*node.args[:k], *node.args[k + 1 :])
                    with suppress(ShapeError):  # what is left may not fit
                        yield replaced(e, path, rest[0] if len(rest) == 1 else node.rebuild(rest))
            case Apply() if node.operation in (exp, log):
                yield replaced(e, path, {exp: sinh, log: cosh}[node.operation](*node.args))
            case Delta():
                yield replaced(e, path, ONE)


@pytest.mark.parametrize(("text", "where"), STARTS, ids=[text for text, _ in STARTS])
def test_a_mutated_line_is_not_proved(text: str, where: str) -> None:
    count = 0
    for step in steps(text, where):
        assert check(step.before, step.after).kind == "proved"
        for wrong in dict.fromkeys(mutants(step.after)):
            if wrong is step.after or wrong.axes:
                continue
            count += 1
            assert check(step.before, wrong).kind != "proved", f"{step.before} = {wrong}"
    assert count > 8


def test_the_recorded_path_is_worked_out_again() -> None:
    step = steps("D(logsumexp(z), z[j])", "z: real[n]")[2]
    again = checked(replace(step, path=(0, 0, 0), rule="nonsense"))
    assert again.path == difference(step.before, step.after)
    assert part(step.before, again.path) is not part(step.after, again.path)
    assert again.verdict.kind == "proved"


def test_micro_steps_prove_a_macro_step_only_if_they_join() -> None:
    whole = next(s for s in steps("grad(x@A@x, x)", "x: real[n]; A: real[n,n]") if len(s.parts) > 2)
    wrong = replace(whole, after=2 * whole.after)
    assert checked(wrong).verdict.kind != "proved"
    gap = replace(wrong, parts=whole.parts[1:])
    assert checked(gap).verdict.kind != "proved"


@pytest.mark.parametrize(
    ("statement", "right"),
    [
        ("D(x**3, x) = 3*x**2", True),
        ("D(x**3, x) = 3*x**3", False),
        ("D(Sum(Sum(x[i]*x[j], i, 1, n), j, 1, n), x[k]) = 2*Sum(x[i], i, 1, n)", True),
        ("D(Sum(Sum(x[i]*x[j], i, 1, n), j, 1, n), x[k]) = 2*x[k]", False),
        ("D(D(exp(2*x), x), x) = 4*exp(2*x)", True),
        ("D(D(exp(2*x), x), x) = 2*exp(2*x)", False),
        ("D(logsumexp(z), z[j]) = softmax(z)[j]", True),
        ("D(logsumexp(z), z[j]) = exp(z[j])", False),
    ],
)
def test_difference_quotients(statement: str, right: bool) -> None:
    relation = equality(statement)
    found = agree(relation.left, relation.right)
    assert (found.against > 0) is not right
    assert found.points > 0 or not right


def test_difference_quotients_catch_a_wrong_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the engine and the rule had the same mistake, the quotients would still object."""
    relation = equality("D(exp(2*x), x) = exp(2*x)")
    check.cache_clear()

    def careless(e: Expr, leaf: Expr, at: tuple[Expr, ...], kinks: bool = False) -> list[engine.Term]:
        return [engine.Term(e)]

    monkeypatch.setattr("derive.derivation.check.partial", careless)
    verdict = check(relation.left, relation.right)
    check.cache_clear()
    assert verdict.kind == "undecided"
    assert "difference quotients" in verdict.message


@pytest.mark.parametrize(
    ("before", "after", "where", "given"),
    [
        ("D(y**2, y)", "D(y, y)", "y: binary", ""),
        ("D(log(Sum(p)), p[j])", "D(log(1), p[j])", "p: simplex[n]", ""),
        ("D(Sum(T[i]**2, i, 1, n), T[j])", "D(Sum(T[i], i, 1, n), T[j])", "T: onehot[n]", ""),
        ("D(A[1,2]*A[2,1], A[1,2])", "D(A[1,2]**2, A[1,2])", "A: symmetric[n,n]", ""),
        ("D(a + b, a)", "D(1, a)", "", "a + b = 1"),
    ],
)
def test_what_holds_for_values_is_not_used_under_a_derivative(before: str, after: str, where: str, given: str) -> None:
    statement = parse(f"{before} = {after}", where, (given,) if given else ())
    (relation,) = statement.relations
    assert isinstance(relation, Relation)
    assert check(relation.left, relation.right, statement.premises).kind != "proved"


def test_a_bound_index_is_not_captured() -> None:
    """D by z[i] inside a sum over i of a sum over i: the inner index is another one."""
    start, _ = parse_formula("Sum(D(Sum(z[i]**2, i, 1, n), z[i]), i, 1, n)", "z: real[n]")
    found = derive(start)
    assert found is not None
    assert found.proved
    assert str(found.end) == "2 * Sum(z[i], i, 1, n)"
    assert not any(isinstance(node, Derivative) for _, node in places(found.end, outermost=True))
