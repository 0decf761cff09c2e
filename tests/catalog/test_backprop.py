"""Entries about backpropagation: slips in their gradients are refuted, and nothing that is false is proved."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive import library
from derive.chain.resolve import Derivatives
from derive.entry.verification import lines_of, verify, with_lemmas
from derive.prove.claim import Claim
from derive.prove.equality import prove_equality

SLIPS = [  # entry, calculation, what stands there, what a slip would make of it
    ("neuron", "dx", "dx = calc(D(f, x), eq(D(g)(z) * w))", "dx = calc(D(f, x), eq(g(z) * w))"),
    ("neuron", "dw", "eq(D(g)(z) * x)", "eq(D(g)(z) * w)"),
    ("neuron", "db", "z = w @ x + b", "z = w @ x - b"),
    ("two_layers", "df", "eq(-2 * (y - f))", "eq(2 * (y - f))"),
    ("two_layers", "dW2", "eq(outer(df, h))", "eq(outer(df, z))"),
    ("two_layers", "dh", "eq(W2.T @ df)", "eq(W2.T @ (df * df))"),
    ("two_layers", "dz", "eq(dh * D(relu)(z))", "eq(dh * relu(z))"),
    ("two_layers", "dW1", "eq(outer(dz, x))", "eq(outer(dh, x))"),
    ("toy_chain", "df2", "eq(-dh3 * sin(f2))", "eq(-dh3 * cos(f2))"),
    ("toy_chain", "dh2", "eq(df2 * omega2)", "eq(df2 * omega1)"),
    ("toy_chain", "df1", "eq(dh2 * exp(f1))", "eq(dh2 * f1)"),
    ("toy_chain", "domega0", "eq(df0 * x)", "eq(df0)"),
    ("toy_chain", "dbeta1", "eq(df1)", "eq(df1 * h1)"),
    ("deep_mlp", "dh_last", "eq(Omega[K.size].T @ dy)", "eq(2 * (Omega[K.size].T @ dy))"),
    ("deep_mlp", "df", "eq(D(loss, h[k]) * D(a)(f[k]))", "eq(D(loss, h[k]) * a(f[k]))"),
    ("deep_mlp", "dx", "eq(Omega[0].T @ D(loss, f[1]))", "eq(Omega[0].T @ D(loss, h[1]))"),
    ("deep_mlp", "dbeta", "eq(D(loss, f[k])), note", "eq(D(loss, h[k])), note"),
    ("deep_mlp", "dOmega", "eq(outer(D(loss, f[k]), h[k - 1]))", "eq(outer(D(loss, f[k]), a(h[k - 1])))"),
    ("deep_mlp", "dOmega_last", "eq(outer(dy, h[K.size]))", "eq(outer(dy, f[K.size]))"),
    ("sweep", "dh", "start={g: D(error, h[L.size])}", "start={g: h[L.size] - y}"),
    ("sweep", "dh", "delta: g[l] * D(a)(f[l])", "delta: g[l] * D(a)(h[l])"),
    ("sweep", "df", "g: W[l].T @ delta[l]", "g: 2 * (W[l].T @ delta[l])"),
    ("sweep", "dR", "R: R[l - 1] + half", "R: 2 * R[l - 1] + half"),
    ("sweep", "db", "eq(delta[l] + alpha * b[l])", "eq(delta[l] + 2 * alpha * b[l])"),
    ("sweep", "dW", "outer(delta[l], h[l - 1]) + alpha * W[l])", "outer(delta[l], h[l - 1]) - alpha * W[l])"),
    ("residual", "slope", "eq(eye(N) + jacobian(F, x))", "eq(2 * eye(N) + jacobian(F, x))"),
    ("residual", "gradient", "eq(v + jacobian(F, x).T @ v)", "eq(v - jacobian(F, x).T @ v)"),
    ("saturation", "most", "eq(sigmoid(z) * (1 - sigmoid(z)))", "eq(sigmoid(z) * (1 + sigmoid(z)))"),
    ("saturation", "layer", "* h[k] * (1 - h[k]) * w[k])", "* h[k] * (1 - h[k]))"),
    ("saturation", "depth", "eq(q ** (K.size - k)), note", "eq(q**k), note"),
]


@pytest.mark.parametrize(("entry", "calc", "there", "slip"), SLIPS)
def test_a_slip_is_refuted_and_never_proved(entry: str, calc: str, there: str, slip: str, tmp_path: Path) -> None:
    source = (library.CATALOG / "backprop" / f"{entry}.py").read_text(encoding="utf-8")
    assert source.count(there) == 1
    file = tmp_path / "slipped.py"
    file.write_text(source.replace(there, slip), encoding="utf-8")
    (record,) = library.load(file)
    assert next(iter(verify(record, calc))).verdict.kind == "refuted"
    _, line, relation, _ = next(iter(lines_of(record.calc(calc))))
    relation, _ = with_lemmas(relation, line)
    assert isinstance(prove_equality(Claim(relation, record.given, Derivatives())), str)


@pytest.mark.parametrize("row", ["B1", "B2", "B3", "B4", "B5", "B10", "B13"])
def test_the_row_is_stated_and_every_line_of_it_is_proved(row: str) -> None:
    """Also the lines that speak of any number of layers."""
    stating = [library.entry(name) for name in library.ids() if row in library.entry(name).states]
    assert stating
    for record in stating:
        for result in verify(record):
            wanted = "refuted" if result.expected == "refuted" else "proved"
            assert result.verdict.kind == wanted, f"{record.id} {result.calc.name}: {result.verdict.message}"
            assert not result.verdict.conditions
