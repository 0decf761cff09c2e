"""Evidence checked again: points read back value by value, and what no honest search would have recorded refused."""

from __future__ import annotations

import json
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from derive.chain.resolve import Derivatives
from derive.expr.build import Sum, function, onehot, posdef, real, recurrence, simplex, unit
from derive.expr.dims import Dim
from derive.expr.domains import BINARY, FUNCTION, ONEHOT, POSDEF, REAL, SIMPLEX, SYMMETRIC, Domain
from derive.expr.families import DimFamily
from derive.expr.leaves import PI, Index, Symbol
from derive.expr.node import Expr, as_expr
from derive.expr.operations import cos, exp, sqrt
from derive.expr.propositions import Relation
from derive.meaning.numbers.functions import Smooth
from derive.meaning.numbers.recorded import contains
from derive.prove.decide import decide
from derive.prove.equality import Proof
from derive.prove.recheck import MOST_DRAWS, Recheck, recheck
from derive.prove.verdict import Verdict


def named(**things: Symbol) -> tuple[Symbol, ...]:
    for name, thing in things.items():
        thing.named(name.rstrip("_"))
    return tuple(things.values())


N, K = Dim("N", "i"), Dim("K", "k")
d = DimFamily("d")
layer, n, step = Index("l"), Index("n"), Index("t")
W, v = named(W=real(d[layer], d[layer - 1], family=layer), v=real(d[layer - 1]))
m, g = named(m=real(family=step), g=real(family=step))
x, C, T, p = named(x=real(N), C=posdef(N, N), T=onehot(N, K), p=simplex(K))
a, b, u, f = named(a=real(), a_=real(), u=unit(), f=function())  # two are called a
RULE = recurrence(m, step, 0, u * m[step - 1] + g[step])


def row(verdict: Verdict) -> dict[str, Any]:
    """A check as it is read from a certificate."""
    found, proof = verdict.counterexample, verdict.evidence.get("proof")
    example = None
    if found is not None:
        example = {"shapes": found.shapes, "at": found.at, "lhs": found.left, "rhs": found.right, "entry": found.entry}
    fields = {
        "verdict": verdict.kind,
        "method": verdict.method,
        "assumptions": verdict.assumptions,
        "conditions": verdict.conditions,
        "counterexample": example,
        "evidence": {**verdict.evidence, "proof": proof.to_json() if isinstance(proof, Proof) else []},
    }
    return json.loads(json.dumps({**fields, "seed": 0, "draws": 24}))


def again(claim: Relation, check: dict[str, Any], *given: Expr) -> Recheck:
    return recheck(claim, given, Derivatives(), check)


FALSE = {
    "families": (Relation.of("=", W[layer] @ v, 2 * (W[layer] @ v)), ()),
    "recurrence": (Relation.of("=", m[n], u * g[n]), (RULE,)),
    "one name for two": (Relation.of("<=", a, b), ()),
    "one-hot rows": (Relation.of("=", Sum(T, N), as_expr(1)), ()),
    "simplex": (Relation.of("=", Sum(p**2, K), as_expr(1)), ()),
    "positive definite": (Relation.of("=", x @ C @ x, x @ x), ()),
    "function": (Relation.of("=", f(a + b), f(a) + f(b)), ()),
    "balls": (Relation.of("<", exp(x), 1 + x), ()),
    "premise": (Relation.of("<", u, as_expr(Fraction(1, 3))), (Relation.of("=", 2 * u, as_expr(1)),)),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_point_is_read_back(name: str) -> None:
    claim, given = FALSE[name]
    check = row(decide(claim, given))
    assert check["verdict"] == "refuted"
    assert again(claim, check, *given) == Recheck("confirmed", "evaluated again at the recorded point")


@pytest.mark.parametrize("name", [name for name in FALSE if name != "function"])
def test_no_other_value_passes(name: str) -> None:
    """Every recorded number, one at a time, is replaced by another one.

    Left out: a coefficient that does not matter, the name of a letter. Changed, they refute the claim just as well.
    """
    claim, given = FALSE[name]
    check = row(decide(claim, given))
    text = json.dumps(check["counterexample"])
    places = [k for k, c in enumerate(text) if c.isdigit() and not text[k - 1].isalnum() and text[k - 1] not in "-/."]
    assert places
    for k in places:
        changed = f"{text[:k]}{(int(text[k]) + 1) % 10}{text[k + 1 :]}"
        assert again(claim, {**check, "counterexample": json.loads(changed)}, *given).status == "failed", changed


def test_a_point_that_needs_repair_is_refused() -> None:
    """The search may move a point onto the premises; a recorded point must lie there."""
    claim, given = FALSE["premise"]
    check = row(decide(claim, given))
    check["counterexample"]["at"]["u"] = "2/3"
    assert again(claim, check, *given) == Recheck("failed", "the premises do not hold at the recorded point")


def test_a_point_of_another_claim() -> None:
    check = row(decide(FALSE["balls"][0]))
    assert again(Relation.of("=", exp(x), 2 + x), check).status == "failed"
    assert again(Relation.of("<=", 1 + x, exp(x)), check) == Recheck(
        "failed", "the claim is not contradicted at the recorded point"
    )


@pytest.mark.parametrize("seed", range(40))
def test_functions_are_read_back(seed: int) -> None:
    drawn = Smooth.draw(Random(seed), 1 + seed % 4, seed % 3 == 0)
    assert Smooth.read(str(drawn)) == drawn


@pytest.mark.parametrize("text", ["", "x -> x", "x -> 1 + 1*x + 1*x**2", "x1, x2 -> 1", "x -> " + "(" * 9_000])
def test_no_function(text: str) -> None:
    with pytest.raises(ValueError, match="no function"):
        Smooth.read(text)


@pytest.mark.parametrize(
    ("domain", "values", "shape", "inside"),
    [
        (REAL, "-1/3", (), True),
        (BINARY, "2", (), False),
        (BINARY, "1/2", (), False),
        (ONEHOT, "0 1 1 0", (2, 2), True),
        (ONEHOT, "1 1 0 0", (2, 2), False),
        (SIMPLEX, "1/2 0 1/2", (3,), True),
        (SIMPLEX, "1/2 1/2 1/2", (3,), False),
        (SIMPLEX, "3/2 -1/2", (2,), False),
        (SYMMETRIC, "0 1 1 0", (2, 2), True),
        (SYMMETRIC, "0 1 2 0", (2, 2), False),
        (POSDEF, "2 1 1 2", (2, 2), True),
        (POSDEF, "1 2 2 1", (2, 2), False),
        (POSDEF, "0", (1, 1), False),
        (FUNCTION, "1", (), False),
    ],
)
def test_domains(domain: Domain, values: str, shape: tuple[int, ...], inside: bool) -> None:
    assert contains(domain, list(map(Fraction, values.split())), shape) is inside


# -- proofs and draws


def test_a_proof_stands_for_its_own_claim_only() -> None:
    square = Relation.of("=", (a + b) ** 2, a**2 + 2 * a * b + b**2)
    check = row(decide(square))
    assert again(square, check) == Recheck("confirmed", "steps checked: 0")
    assert again(Relation.of("=", (a + b) ** 2, a**2 + b**2), check).status == "failed"
    assert again(Relation.of("<=", square.left, square.right), check).status == "failed"
    assert again(Relation.of("same_argmin", square.left, square.right, (a,)), check).status == "failed"


def test_an_induction_needs_base_and_step() -> None:
    closed = Relation.of("=", m[n], (1 - u**n) * a)
    rule = recurrence(m, step, 0, u * m[step - 1] + (1 - u) * a)
    check = row(decide(closed, (rule,)))
    assert check["method"] == "induction"
    assert again(closed, check, rule).status == "confirmed"
    assert again(closed, check).status == "failed"
    assert again(closed, check, recurrence(m, step, 1, rule.step)).status == "failed"
    for part in (0, 1):
        only = {**check["evidence"], "proof": [check["evidence"]["proof"][part]]}
        assert again(closed, {**check, "evidence": only}, rule).status == "failed"


def test_an_induction_takes_no_premise() -> None:
    """This holds at no n = 2, though base and step hold where the premise does."""
    rule = recurrence(m, step, 0, m[step - 1] + 1)
    verdict = decide(
        Relation.of("=", m[step], step + step * (3 - step) / 2), (rule, Relation.of("=", step, as_expr(2)))
    )
    assert verdict.kind != "proved"


def test_draws() -> None:
    claim = Relation.of("=", cos(PI / 5), (1 + sqrt(5)) / 4)
    check = row(decide(claim))
    assert again(claim, check) == Recheck("confirmed", "draws repeated: 24")
    assert again(FALSE["balls"][0], check) == Recheck("failed", "the draws refute the claim")
    for draws in (0, MOST_DRAWS + 1):
        assert again(claim, {**check, "draws": draws}) == Recheck("failed", f"{draws} draws were asked for")


@pytest.mark.parametrize("kind", ["assumed", "undecided"])
def test_nothing_to_check(kind: str) -> None:
    assert again(FALSE["balls"][0], {"verdict": kind}).status == "confirmed"


@pytest.mark.parametrize("kind", ["proved", "tested", "refuted"])
def test_an_empty_record_fails(kind: str) -> None:
    assert again(FALSE["balls"][0], {"verdict": kind}).status == "failed"
