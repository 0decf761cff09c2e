"""Induction over layers: what a stated backward pass must be to be proved, and what is not enough."""

from __future__ import annotations

import json

import pytest

from derive.chain.resolve import Derivatives
from derive.entry import (
    D,
    Dim,
    DimFamily,
    Index,
    Sum,
    function,
    layers,
    nonneg,
    outer,
    positive,
    real,
    sqrt,
    sweep,
    where,
)
from derive.expr.errors import DeriveError
from derive.expr.layers import Layers
from derive.expr.leaves import Let, Symbol
from derive.expr.node import Expr, as_expr
from derive.expr.propositions import Relation
from derive.prove.decide import decide
from derive.prove.proof import Proof
from derive.prove.recheck import recheck
from derive.prove.verdict import Verdict

K = Dim("K", index="k")
d = DimFamily("d", index="i")
k = Index("k", K)
last = K.size


def named(name: str, *axes: Dim, make=real, family: bool = True) -> Symbol:
    symbol = make(*axes, family=k if family else ())
    symbol.named(name)
    return symbol


a = function()
a.named("a")
x, u = named("x", d[0], family=False), named("u", family=False)
W, h, f = named("W", d[k], d[k - 1]), named("h", d[k]), named("f", d[k])
c, r, g, delta, n = named("c"), named("r"), named("g", d[k]), named("delta", d[k]), named("n")
FORWARD = layers(k, start={h: x, r: u}, step={f: W[k] @ h[k - 1], h: a(f[k]), r: c[k] * r[k - 1]})
LOSS = Let("loss", Sum(h[last] ** 2) + r[last])
START = 2 * h[last]


def back(
    start: Expr = START, slope: Expr | None = None, step: Expr | None = None, scalar: Expr | None = None
) -> Layers:
    """A backward pass, right unless something else is given."""
    return sweep(
        k,
        start={g: start, n: as_expr(1)},
        step={
            delta: slope if slope is not None else g[k] * D(a)(f[k]),
            g: step if step is not None else W[k].T @ delta[k],
            n: scalar if scalar is not None else c[k] * n[k],
        },
    )


def decided(left: Expr, right: Expr, *given: Expr) -> Verdict:
    return decide(Relation.of("=", left, right), (FORWARD, *given), Derivatives())


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (D(LOSS, h[k]), g[k]),
        (D(LOSS, h[k - 1]), g[k - 1]),
        (D(LOSS, f[k]), delta[k]),
        (D(LOSS, W[k]), outer(delta[k], h[k - 1])),
        (D(LOSS, x), g[0]),
        (D(LOSS, r[k]), n[k]),
        (D(LOSS, c[k]), n[k] * r[k - 1]),
        (D(LOSS, u), n[0]),
    ],
)
def test_the_backward_pass_gives_the_gradients(left: Expr, right: Expr) -> None:
    verdict = decided(left, right, back())
    assert (verdict.kind, verdict.conditions) == ("proved", ())


@pytest.mark.parametrize(
    "wrong",
    [
        back(start=h[last]),
        back(slope=g[k] * a(f[k])),
        back(slope=g[k] * D(a)(h[k])),
        back(step=W[k].T @ g[k]),
        back(step=2 * (W[k].T @ delta[k])),
        back(scalar=-c[k] * n[k]),
        back(scalar=n[k]),
    ],
)
def test_a_wrong_backward_pass_is_refuted(wrong: Layers) -> None:
    vector, scalar = decided(D(LOSS, h[k - 1]), g[k - 1], wrong), decided(D(LOSS, r[k - 1]), n[k - 1], wrong)
    assert "refuted" in (vector.kind, scalar.kind)
    wrong_vector = wrong.steps[n] is back().steps[n]
    assert (vector if wrong_vector else scalar).kind == "refuted"
    assert "proved" in (vector.kind, scalar.kind)  # the other family is as it was


def test_a_condition_on_one_layer_is_no_condition_on_all() -> None:
    """√c² = c needs c ≥ 0 at every layer above, not at this one alone."""
    assert decided(D(LOSS, r[k]), n[k], back(scalar=sqrt(c[k] ** 2) * n[k])).kind != "proved"
    assert decided(D(LOSS, r[k]), n[k], back(scalar=c[k] ** 2 / c[k] * n[k])).kind != "proved"
    positive = named("p", make=nonneg)
    forward = layers(k, start={h: x, r: u}, step={f: W[k] @ h[k - 1], h: a(f[k]), r: positive[k] * r[k - 1]})
    claim = Relation.of("=", D(LOSS, r[k]), n[k])
    assert decide(claim, (forward, back(scalar=sqrt(positive[k] ** 2) * n[k]))).kind == "proved"


def test_a_number_that_is_handed_on_is_its_start() -> None:
    total = named("total")
    forward = layers(k, start={total: u}, step={total: total[k - 1] + c[k] ** 2})
    loss = Let("loss", 3 * total[last])
    for left, right, kind in ((D(loss, total[k]), 3, "proved"), (D(loss, total[k]), 4, "refuted")):
        assert decide(Relation.of("=", left, as_expr(right)), (forward,)).kind == kind
    assert decide(Relation.of("=", D(loss, c[k]), 6 * c[k]), (forward,)).kind == "proved"
    gated = layers(k, start={total: u}, step={total: where(c[k] > 0, total[k - 1], 0)})
    assert decide(Relation.of("=", D(loss, total[k]), as_expr(3)), (gated,)).kind == "refuted"


def row(verdict: Verdict) -> dict:
    proof = verdict.evidence["proof"]
    assert isinstance(proof, Proof)
    fields = {
        "verdict": verdict.kind,
        "method": verdict.method,
        "assumptions": verdict.assumptions,
        "conditions": verdict.conditions,
        "counterexample": None,
        "evidence": {**verdict.evidence, "proof": proof.to_json()},
        "seed": 0,
        "draws": 24,
    }
    return json.loads(json.dumps(fields))


def test_the_certificate_is_checked_again_and_belongs_to_its_claim() -> None:
    claim = Relation.of("=", D(LOSS, W[k]), outer(delta[k], h[k - 1]))
    record = row(decided(claim.left, claim.right, back()))
    assert record["method"] == "induction over layers"
    assert recheck(claim, (FORWARD, back()), Derivatives(), record).status == "confirmed"
    for wrong in (back(step=2 * (W[k].T @ delta[k])), back(start=h[last])):
        assert recheck(claim, (FORWARD, wrong), Derivatives(), record).status == "failed"
    for part in range(len(record["evidence"]["proof"])):
        fewer = json.loads(json.dumps(record))
        del fewer["evidence"]["proof"][part]
        assert recheck(claim, (FORWARD, back()), Derivatives(), fewer).status == "failed"


def test_a_family_has_one_definition() -> None:
    with pytest.raises(DeriveError, match="h is defined by layers twice"):
        decided(D(LOSS, h[k]), g[k], layers(k, start={h: x}, step={h: a(W[k] @ h[k - 1])}))


def test_a_closed_form_over_the_layers() -> None:
    """∂m[K]/∂m[k] = q^(K−k), from K down; a formula that is undefined at one layer proves nothing below it."""
    q, m = named("q", make=positive, family=False), named("m")
    forward = layers(k, start={m: u}, step={m: q * m[k - 1]})
    slope = D(Let("end", m[last]), m[k])
    for right, kind in (
        (q ** (last - k), "proved"),
        (q**last / q**last * q ** (last - k), "proved"),
        (q ** (last - k + 1), "refuted"),
        (q**k, "refuted"),
        (last - k + 1, "refuted"),
        (q ** (last - k) * (k - 3) / (k - 3), "tested"),
        (q ** (2 * last - k) / q**last, "tested"),  # true; its form does not show that it is defined everywhere
    ):
        assert decide(Relation.of("=", slope, right), (forward,)).kind == kind, f"{right}"
    total = layers(k, start={m: u}, step={m: m[k - 1] + c[k] * m[k - 1]})
    assert decide(Relation.of("=", slope, as_expr(1)), (total,)).kind == "refuted"
