"""Derivations that are found: of gradients and identities; each step checked, each end as one writes it."""

import subprocess
import sys
from itertools import pairwise

import pytest

from derive import library
from derive.derivation import Derivation, derive
from derive.derivation.names import words
from derive.expr.errors import SortError
from derive.expr.propositions import Relation
from derive.text.statement import parse, parse_formula

LEAST_SQUARES = "X: real[n,d]; w: real[d]; y: real[n]"
AFFINE = "A: real[m,n]; x: real[n]; b: real[m]"

GRADIENTS = [
    ("D(logsumexp(z), z[j])", "z: real[n]", "softmax(z)[j]"),
    ("grad(norm(A@x - b)**2, x)", AFFINE, "2 * A.T @ (A @ x - b)"),
    ("D(-log(softmax(z)[k]), z[j])", "z: real[n]", "softmax(z)[j] - delta(k, j)"),
    ("D(softmax(z)[k], z[j])", "z: real[n]", "softmax(z)[k] * (delta(k, j) - softmax(z)[j])"),
    ("hessian(logsumexp(z), z)", "z: real[n]", "diag(softmax(z)) - outer(softmax(z), softmax(z))"),
    ("D(sigmoid(x), x)", "", "sigmoid(x) * (1 - sigmoid(x))"),
    ("D(log(1 + exp(x)), x)", "", "sigmoid(x)"),
    ("D(softplus(x), x)", "", "sigmoid(x)"),
    ("D(tanh(x)**2, x)", "", "2 * tanh(x) * (1 - tanh(x)**2)"),
    ("grad(Sum((X@w - y)**2), w)", LEAST_SQUARES, "2 * X.T @ (X @ w - y)"),
    ("grad(x@A@x, x)", "x: real[n]; A: real[n,n]", "A @ x + A.T @ x"),
    ("grad(a@X@b, X)", "a: real[m]; X: real[m,n]; b: real[n]", "outer(a, b)"),
    ("grad(tr(A@X), X)", "A: real[n,m]; X: real[m,n]", "A.T"),
    ("grad(norm(A@X - B)**2, X)", "A: real[m,n]; X: real[n,p]; B: real[m,p]", "2 * A.T @ (A @ X - B)"),
    (
        "grad(Sum(sigmoid(W@x + b)), W)",
        "W: real[m,n]; x: real[n]; b: real[m]",
        "outer(sigmoid(W @ x + b) * (1 - sigmoid(W @ x + b)), x)",
    ),
    ("D(-y*log(sigmoid(z)) - (1-y)*log(1-sigmoid(z)), z)", "y: binary", "sigmoid(z) - y"),
    ("grad(-Sum(y*log(softmax(z))), z)", "y: simplex[n]; z: real[n]", "softmax(z) - y"),
    ("D(exp(-x**2/2), x)", "", "-(x * exp(-x**2 / 2))"),
    ("grad(norm(x), x)", "x: real[n]", "x / norm(x, n)"),
    ("D(log(x)/x, x)", "x: positive", "(1 - log(x)) / x**2"),
    ("D(where(x > 0, x**2, 0), x)", "", "where(x > 0, 2 * x, 0)"),
    ("D(a**x, x)", "a: positive", "a**x * log(a)"),
    ("D(1/(1 + x**2), x)", "", "-(2 * x / (1 + x**2)**2)"),
    ("D(f(g(x)), x)", "f: function; g: function", "f'(g(x)) * g'(x)"),
    ("D(l, z); with p = sigmoid(z); l = -log(p)", "", "sigmoid(z) - 1"),
    ("D(D(x**3, x), x)", "", "6 * x"),
    ("grad(Sum((x - Sum(x)/n)**2), x)", "x: real[n]", "2 * x - 2 * Sum(x, n) / n"),
    ("D((log(y) - m)**2/(2*s**2), s)", "y, s: positive", "-((log(y) - m)**2 / s**3)"),
    ("D(exp(x)*sin(x), x)", "", "exp(x) * (sin(x) + cos(x))"),
    ("grad(Sum(exp(X@w)), w)", "X: real[n,d]; w: real[d]", "X.T @ exp(X @ w)"),
    ("exp(x)/(exp(x) + 1)", "", "sigmoid(x)"),
]

IDENTITIES = [
    ("softplus(z) - y*z = -y*log(sigmoid(z)) - (1-y)*log(1-sigmoid(z))", "", {"log-sigmoid", "softplus-mirror"}),
    ("sigmoid(-x) = 1 - sigmoid(x)", "", {"sigmoid-mirror"}),
    ("-log(Prod(p[i], i, 1, n)) = -Sum(log(p[i]), i, 1, n)", "p: positive[n]", {"log-product"}),
    ("Sum(p*log(p/q)) = Sum(p*log(p)) - Sum(p*log(q))", "p: positive[n]; q: positive[n]", {"log-quotient"}),
    (
        "-log((2*pi*s**2)**(-1/2)*exp(-(y-m)**2/(2*s**2))) = log(2*pi*s**2)/2 + (y-m)**2/(2*s**2)",
        "s: positive",
        {"log-product", "log-power", "log-exp"},
    ),
    ("softmax(z)[k] = 1/Sum(exp(z[i]-z[k]), i, 1, n)", "z: real[n]", {"definition(softmax)", "exp-sum"}),
    ("(A@B).T = B.T@A.T", "A: real[m,n]; B: real[n,k]", {"matrix-notation"}),
    ("(a+b)**2 = a**2 + 2*a*b + b**2", "", {"collect"}),
    ("Sum(softmax(z)[k], k, 1, n) = 1", "z: real[n]", {"softmax-total"}),
    ("D(-log(softmax(z)[k]), z[j]) = softmax(z)[j] - delta(j,k)", "", {"log-softmax", "chain(logsumexp)"}),
    ("tanh(x) = 2*sigmoid(2*x) - 1", "", {"definition(tanh)", "definition(sigmoid)"}),
]


def equality(text: str, where: str = "") -> Relation:
    (relation,) = parse(text, where).relations
    assert isinstance(relation, Relation)
    return relation


def found(text: str, where: str, micro: bool = False) -> Derivation:
    start, premises = parse_formula(text, where)
    derivation = derive(start, premises=premises, micro=micro)
    assert derivation is not None
    return derivation


@pytest.mark.parametrize(("text", "where", "end"), GRADIENTS, ids=[text for text, *_ in GRADIENTS])
def test_gradients(text: str, where: str, end: str) -> None:
    derivation = found(text, where, micro=True)
    assert str(derivation.end) == end
    assert [s.verdict.kind for s in (*derivation.steps, *derivation.micro)] == ["proved"] * (
        len(derivation.steps) + len(derivation.micro)
    )
    for one, two in pairwise(derivation.steps):
        assert one.after is two.before


@pytest.mark.parametrize(("text", "where", "rules"), IDENTITIES, ids=[text for text, *_ in IDENTITIES])
def test_identities(text: str, where: str, rules: set[str]) -> None:
    relation = equality(text, where)
    derivation = derive(relation.left, relation.right)
    assert derivation is not None
    assert derivation.proved
    assert derivation.end is relation.right
    assert rules <= {rule for step in derivation.steps for rule in step.rules}


@pytest.mark.parametrize(
    ("text", "where", "given", "end", "rule"),
    [
        ("a*x + b*x", "", "a + b = 1", "x", "assumption(a + b = 1)"),
        (
            "D(-Sum(y[k]*log(softmax(z)[k]), k, 1, K), z[j])",
            "y, z: real[K]",
            "Sum(y[k], k, 1, K) = 1",
            "softmax(z)[j] - y[j]",
            "assumption(Sum(y[k], k, 1, K) = 1)",
        ),
    ],
)
def test_premises_are_used_by_name(text: str, where: str, given: str, end: str, rule: str) -> None:
    start, premises = parse_formula(text, where, (given,))
    derivation = derive(start, premises=premises)
    assert derivation is not None
    assert derivation.proved
    assert str(derivation.end) == end
    assert rule in {name for step in derivation.steps for name in step.rules}
    without = derive(start)
    assert without is None or str(without.end) != end


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("Sum(a[i]*b[i], i, 1, n) = Sum(b[j]*a[j], j, 1, n)", "rename-index"),
        ("Sum(x[i+1], i, 0, n-1) = Sum(x[i], i, 1, n)", "shift-index"),
        ("a*b + c = c + b*a", "order"),
    ],
)
def test_lines_that_say_the_same(statement: str, rule: str) -> None:
    relation = equality(statement)
    derivation = derive(relation.left, relation.right)
    assert derivation is not None
    assert rule in derivation.steps[-1].rules


@pytest.mark.parametrize("name", ["dW2", "db2", "dA1", "dZ1", "dW1", "db1"])
def test_backpropagation_uses_the_adjoints_that_have_names(name: str) -> None:
    calc = library.entry("backprop.mlp2").calc(name)
    derivation = derive(calc.start, calc.lines[-1].right)
    assert derivation is not None
    assert derivation.proved
    assert derivation.steps[0].rule == "adjoint-accumulate"
    assert len(derivation.steps) <= 4


def test_rows_of_a_square_softmax_sum_to_one_and_columns_do_not() -> None:
    where = "S: real[n,n]; v: real[n]"
    assert str(found("Sum(softmax(S)[i,k], k, 1, n)", where).end) == "1"
    start, _ = parse_formula("Sum(softmax(S)[k,i], k, 1, n)", where)
    columns = derive(start)
    assert columns is None or str(columns.end) != "1"


def test_the_gradient_at_the_softmax() -> None:
    calc = library.entry("backprop.mlp2").calc("dZ2")
    derivation = derive(calc.start, calc.lines[-1].right)
    assert derivation is not None
    assert derivation.proved
    assert {"log-softmax", "assumption(one-hot)"} <= {rule for step in derivation.steps for rule in step.rules}


def test_the_rules_have_words() -> None:
    rules = {p.rule for text, where, _ in GRADIENTS for p in found(text, where).micro}
    assert len(rules) > 20
    assert all(words(rule) != rule for rule in rules - {"cancel", "linearity", "expand"})


@pytest.mark.parametrize(
    "statement", ["sqrt(x**2) = x", "D(sigmoid(x), x) = sigmoid(x)", "log(a*b) = log(a)", "x + 1 = x"]
)
def test_a_falsehood_has_no_derivation(statement: str) -> None:
    relation = equality(statement)
    derivation = derive(relation.left, relation.right)
    assert derivation is None or not derivation.proved


def test_a_derivative_that_is_not_entrywise_is_an_error() -> None:
    start, _ = parse_formula("D(x/norm(x), x)", "x: real[n]")
    with pytest.raises(SortError, match="jacobian"):
        derive(start)


def test_what_a_step_needs() -> None:
    assert found("D(log(x), x)", "").conditions == ("x > 0",)
    assert found("D(log(x), x)", "x: positive").conditions == ()
    assert found("D(where(x > 0, x**2, 0), x)", "").conditions == ("x != 0",)
    assert found("grad(norm(x)**2, x)", "x: real[n]").conditions == ()  # differentiable at 0, unlike the norm


def test_json_has_every_field() -> None:
    step = found("D(logsumexp(z), z[j])", "z: real[n]", micro=True).steps[1].to_json()
    assert step["rule"] == "chain(log)"
    assert step["before"] == "D(log(Sum(exp(z[i]), i, 1, n)), z[j])"
    assert step["after"] == "D(Sum(exp(z[i]), i, 1, n), z[j]) / Sum(exp(z[i]), i, 1, n)"
    assert step["bindings"]["x"] == "z[j]"
    assert (step["level"], step["verdict"], step["path"], step["conditions"]) == ("macro", "proved", [], [])
    assert [part["level"] for part in step["parts"]] == ["micro"]


SCRIPT = """
from derive.derivation import derive
from derive.text.statement import parse_formula
where = "z, x: real[n]; A: real[m,n]; b: real[m]"
for text in ("D(softmax(z)[k], z[j])", "grad(norm(A@x - b)**2, x)"):
    start, _ = parse_formula(text, where)
    print([step.to_json() for step in derive(start, micro=True).steps])
"""


def test_the_same_lines_for_every_hash_seed() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(outputs) == 1
    assert b"chain(softmax)" in outputs.pop()
