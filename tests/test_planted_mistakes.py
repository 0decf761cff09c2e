"""Mistakes planted in the five entries: each is refuted at its line, and no line before it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive import library
from derive.chain.resolve import Derivatives
from derive.entry.record import Record
from derive.entry.verification import lines_of, verify, with_lemmas
from derive.prove.claim import Claim
from derive.prove.equality import prove_equality

# entry, calculation, line, the text in the entry's file, the mistake
FOCAL = "loss.focal"
STABLE1 = "-alpha_t * (1 - sigmoid(s)) ** gamma * log(sigmoid(s))"
STABLE2 = "-alpha_t * sigmoid(-s) ** gamma * -softplus(-s)"
STABLE3 = "alpha_t * exp(-gamma * softplus(s)) * softplus(-s)"
SLOPE = "eq(alpha_t * (2 * y - 1) * (1 - p_t) ** gamma * (gamma * p_t * log(p_t) + p_t - 1), by"
PLAIN = "eq(-alpha_t * log(p_t), by=r.power_zero)"
focal = [
    ("stable", 1, STABLE1, "alpha_t * (1 - sigmoid(s)) ** gamma * log(sigmoid(s))"),
    ("stable", 1, STABLE1, "-alpha_t * (1 + sigmoid(s)) ** gamma * log(sigmoid(s))"),
    ("stable", 1, STABLE1, "-alpha_t * (1 - sigmoid(s)) ** (gamma + 1) * log(sigmoid(s))"),
    ("stable", 1, STABLE1, "-alpha_t * (1 - sigmoid(s)) ** gamma * log(sigmoid(-s))"),
    ("stable", 1, STABLE1, "-alpha_t * (1 - sigmoid(-s)) ** gamma * log(sigmoid(s))"),
    ("stable", 1, STABLE1, "-(1 - sigmoid(s)) ** gamma * log(sigmoid(s))"),
    ("stable", 1, STABLE1, "-alpha_t * (1 - sigmoid(z)) ** gamma * log(sigmoid(z))"),
    ("stable", 1, "s = (2 * y - 1) * z", "s = (1 - 2 * y) * z"),
    ("stable", 1, "s = (2 * y - 1) * z", "s = (2 * y + 1) * z"),
    ("stable", 1, "p_t = y * p + (1 - y) * (1 - p)", "p_t = y * p + (1 - y) * p"),
    ("stable", 1, "p_t = y * p + (1 - y) * (1 - p)", "p_t = y * (1 - p) + (1 - y) * p"),
    ("stable", 2, STABLE2, "-alpha_t * sigmoid(s) ** gamma * -softplus(-s)"),
    ("stable", 2, STABLE2, "-alpha_t * sigmoid(-s) ** gamma * softplus(-s)"),
    ("stable", 2, STABLE2, "-alpha_t * sigmoid(-s) ** gamma * -softplus(s)"),
    ("stable", 2, STABLE2, "-alpha_t * sigmoid(-s) ** (2 * gamma) * -softplus(-s)"),
    ("stable", 3, STABLE3, "alpha_t * exp(gamma * softplus(s)) * softplus(-s)"),
    ("stable", 3, STABLE3, "alpha_t * exp(-gamma * softplus(-s)) * softplus(-s)"),
    ("stable", 3, STABLE3, "alpha_t * exp(-gamma * softplus(s)) * softplus(s)"),
    ("stable", 3, STABLE3, "-alpha_t * exp(-gamma * softplus(s)) * softplus(-s)"),
    ("stable", 3, STABLE3, "alpha_t * exp(-gamma * s) * softplus(-s)"),
    ("slope", 1, SLOPE, SLOPE.replace("gamma * p_t *", "p_t *")),
    ("slope", 1, SLOPE, SLOPE.replace("+ p_t - 1", "+ p_t + 1")),
    ("slope", 1, SLOPE, SLOPE.replace("+ p_t - 1", "- p_t - 1")),
    ("slope", 1, SLOPE, SLOPE.replace("** gamma *", "** (gamma - 1) *")),
    ("slope", 1, SLOPE, SLOPE.replace("alpha_t * (2", "(2")),
    ("slope", 1, SLOPE, SLOPE.replace("log(p_t)", "log(p)")),
    ("slope", 1, SLOPE, SLOPE.replace("(2 * y - 1) * ", "")),
    ("without_focus", 1, PLAIN, PLAIN.replace("-alpha_t", "alpha_t")),
    ("without_focus", 1, PLAIN, PLAIN.replace("-alpha_t * log", "-log")),
    ("without_focus", 1, PLAIN, PLAIN.replace("log(p_t)", "log(p)")),
    ("without_focus", 1, "loss.at(gamma=0)", "loss.at(gamma=1)"),
]
GAUSS = "loss.gaussian_nll"
SPLIT = "-Sum(log((2 * pi * sigma**2) ** -half) + log(exp(-((y - mu) ** 2) / (2 * sigma**2))), N)"
JOINED = "Sum(log(2 * pi * sigma**2) / 2 + (y - mu) ** 2 / (2 * sigma**2), N)"
PULLED = "N.size / 2 * log(2 * pi * sigma**2) + N.size / (2 * sigma**2) * mse"
gauss = [
    ("to_mse", 1, SPLIT, SPLIT[1:]),
    ("to_mse", 1, SPLIT, SPLIT.replace("-half", "half")),
    ("to_mse", 1, SPLIT, SPLIT.replace("2 * pi", "pi")),
    ("to_mse", 1, SPLIT, SPLIT.replace("/ (2 * sigma**2)", "/ sigma**2")),
    ("to_mse", 1, SPLIT, SPLIT.replace("y - mu", "y + mu")),
    ("to_mse", 1, SPLIT, SPLIT.replace("half) + log", "half) * log")),
    ("to_mse", 1, SPLIT, SPLIT.replace("exp(-((", "exp(((")),
    ("to_mse", 1, "density = (2 * pi * sigma**2) ** -half", "density = (2 * pi * sigma) ** -half"),
    ("to_mse", 2, JOINED, JOINED.replace("/ 2 +", "+")),
    ("to_mse", 2, JOINED, JOINED.replace("/ 2 +", "/ 2 -")),
    ("to_mse", 2, JOINED, JOINED.replace("(2 * sigma**2), N", "(2 * sigma), N")),
    ("to_mse", 2, JOINED, JOINED.replace("2 * pi", "pi")),
    ("to_mse", 2, JOINED, JOINED.replace("** 2 /", "** 4 /")),
    ("to_mse", 2, JOINED, JOINED.replace("Sum", "Mean")),
    ("to_mse", 3, PULLED, PULLED.replace("N.size / 2", "N.size")),
    ("to_mse", 3, PULLED, PULLED.replace("N.size / (2", "1 / (2")),
    ("to_mse", 3, PULLED, PULLED.replace("pi * sigma**2", "pi * sigma")),
    ("to_mse", 3, PULLED, PULLED.replace("+ N.size", "- N.size")),
    ("to_mse", 3, "mse = Mean((y - mu) ** 2, N)", "mse = Sum((y - mu) ** 2, N)"),
]
INFO = "info.mutual_information"
ONE_LOG = "Expect(p, log(p) - log(p_x) - log(p_y))"
THREE = "eq(Expect(p, log(p)) - Expect(p, log(p_x)) - Expect(p, log(p_y)), by=r.linearity)"
MARGINAL = "eq(Expect(p, log(p)) - Expect(p_x, log(p_x)) - Expect(p_y, log(p_y)), by=r.marginalisation)"
LAST = "eq(H_x + H_y - H_xy, by"
info = [
    ("by_entropies", 1, ONE_LOG, ONE_LOG.replace("- log(p_x)", "+ log(p_x)")),
    ("by_entropies", 1, ONE_LOG, ONE_LOG.replace(" - log(p_y)", "")),
    ("by_entropies", 1, ONE_LOG, ONE_LOG.replace("log(p) -", "2 * log(p) -")),
    ("by_entropies", 1, "log(p / outer(p_x, p_y))", "log(outer(p_x, p_y) / p)"),
    ("by_entropies", 2, THREE, THREE.replace("- Expect(p, log(p_x))", "+ Expect(p, log(p_x))")),
    ("by_entropies", 2, THREE, THREE.replace(" - Expect(p, log(p_y))", "")),
    ("by_entropies", 2, THREE, THREE.replace("log(p_y)", "log(p_x)")),
    ("by_entropies", 3, MARGINAL, MARGINAL.replace("Expect(p_y, log(p_y))", "Expect(p_x, log(p_x))")),
    ("by_entropies", 3, MARGINAL, MARGINAL.replace("Expect(p_x, log(p_x))", "2 * Expect(p_x, log(p_x))")),
    ("by_entropies", 4, LAST, LAST.replace("+ H_y", "- H_y")),
    ("by_entropies", 4, LAST, LAST.replace("- H_xy", "+ H_xy")),
    ("by_entropies", 4, LAST, LAST.replace("- H_xy", "- 2 * H_xy")),
    ("by_entropies", 4, "H_x, H_y, H_xy = -Expect", "H_x, H_y, H_xy = Expect"),
]
MLP = "backprop.mlp2"
mlp = [
    ("dZ2", 1, "eq((P - T) / B.size", "eq((T - P) / B.size"),
    ("dZ2", 1, "eq((P - T) / B.size", "eq((P - T)"),
    ("dZ2", 1, "eq((P - T) / B.size", "eq((P + T) / B.size"),
    ("dZ2", 1, "eq((P - T) / B.size", "eq(P * (1 - T) / B.size"),
    ("dZ2", 1, "eq((P - T) / B.size", "eq((Z2 - T) / B.size"),
    ("dW2", 1, "eq(dZ2.T @ A1", "eq(-dZ2.T @ A1"),
    ("dW2", 1, "eq(dZ2.T @ A1", "eq(dZ2.T @ Z1"),
    ("dW2", 1, "eq(dZ2.T @ A1", "eq(dZ2.T @ A1 / B.size"),
    ("db2", 1, "eq(Sum(dZ2, B)", "eq(Sum(dZ2, B) / B.size"),
    ("db2", 1, "eq(Sum(dZ2, B)", "eq(-Sum(dZ2, B)"),
    ("dA1", 1, "eq(dZ2 @ W2", "eq((P - T) @ W2"),
    ("dA1", 1, "eq(dZ2 @ W2", "eq(2 * (dZ2 @ W2)"),
    ("dZ1", 1, "eq(dA1 * D(relu)(Z1)", "eq(dA1"),
    ("dZ1", 1, "eq(dA1 * D(relu)(Z1)", "eq(dA1 * relu(Z1)"),
    ("dZ1", 1, "eq(dA1 * D(relu)(Z1)", "eq(dA1 * D(relu)(-Z1)"),
    ("dW1", 1, "eq(dZ1.T @ X", "eq(-dZ1.T @ X"),
    ("dW1", 1, "eq(dZ1.T @ X", "eq(dZ1.T @ X**2"),
    ("db1", 1, "eq(Sum(dZ1, B)", "eq(Sum(dA1, B)"),
]
ADAM = "update.adam"
TORCH = "theta - alpha / (1 - beta1**t) * m_new / (sqrt(v_new) / sqrt(1 - beta2**t) + epsilon)"
adam = [
    ("bias", 1, "eq((1 - beta1**n) * g_bar", "eq((1 - beta1**(n - 1)) * g_bar"),
    ("bias", 1, "eq((1 - beta1**n) * g_bar", "eq((1 + beta1**n) * g_bar"),
    ("bias", 1, "eq((1 - beta1**n) * g_bar", "eq(beta1**n * g_bar"),
    ("bias", 1, "eq((1 - beta1**n) * g_bar", "eq((1 - beta2**n) * g_bar"),
    ("bias", 1, "(1 - beta1) * g_bar)", "beta1 * g_bar)"),
    ("unbiased", 1, "calc(m_bar[t] / (1 - beta1**t)", "calc(m_bar[t] / (1 - beta2**t)"),
    ("unbiased", 1, "calc(m_bar[t] / (1 - beta1**t)", "calc(m_bar[t] * (1 - beta1**t)"),
    ("as_in_torch", 1, TORCH, TORCH.replace("beta2**t", "beta1**t")),
    ("as_in_torch", 1, TORCH, TORCH.replace("/ sqrt(1 - beta2**t)", "/ (1 - beta2**t)")),
    ("as_in_torch", 1, TORCH, TORCH.replace("m_new", "m")),
    ("as_in_torch", 1, TORCH, TORCH.replace("theta -", "theta +")),
    ("as_in_torch", 1, TORCH, TORCH.replace("+ epsilon", "- epsilon")),
    ("as_in_torch", 1, TORCH, TORCH.replace("alpha / (1", "alpha * (1")),
    ("as_in_torch", 1, TORCH, TORCH.replace("+ epsilon)", ")")),
    ("as_in_torch", 1, "m_hat, v_hat = m_new / (1 - beta1**t)", "m_hat, v_hat = m_new / (1 - beta1)"),
]
SOFTMAX = "loss.softmax"
JACOBIAN = "jacobi = calc(jacobian(softmax(z), z), eq(diag(softmax(z)) - outer(softmax(z), softmax(z))))"
softmax = [
    ("shift", 1, "calc(softmax(z + c), eq(softmax(z))", "calc(softmax(c * z), eq(softmax(z))"),
    ("total", 1, "calc(Sum(softmax(z), K), eq(1))", "calc(Sum(softmax(z), K), eq(K.size))"),
    ("jacobi", 1, JACOBIAN, JACOBIAN.replace("- outer", "+ outer")),
    ("jacobi", 1, JACOBIAN, JACOBIAN.replace("- outer(softmax(z), softmax(z))", "")),
    ("gradient", 1, "calc(D(logsumexp(z), z), eq(softmax(z))", "calc(D(logsumexp(z), z), eq(exp(z))"),
    ("shifted", 1, "eq(logsumexp(z) + c)", "eq(logsumexp(z))"),
    ("log_softmax", 1, "eq(z - logsumexp(z))", "eq(logsumexp(z) - z)"),
]
BALANCED = "loss.class_balanced"
balanced = [
    ("effective_number", 1, "eq((1 - beta**n) / (1 - beta))", "eq((1 - beta ** (n + 1)) / (1 - beta))"),
    ("effective_number", 1, "calc(Sum(beta**k, (k, 0, n - 1)), eq(", "calc(Sum(beta**k, (k, 1, n)), eq("),
    ("inverse", 1, "weight = (1 - beta) / (1 - beta**n)", "weight = (1 - beta) / (1 + beta**n)"),
    ("unweighted", 1, "weight.at(beta=0)", "2 * weight.at(beta=0)"),
]
INDEPENDENT = "loss.independent_data"
independent = [
    ("nll", 1, "eq(-Sum(log(p), N), by", "eq(Sum(log(p), N), by"),
    ("nll", 1, "likelihood = Prod(p, N)", "likelihood = Sum(p, N)"),
    ("per_observation", 1, "eq(-Sum(log(p), N) / N.size)", "eq(-Sum(log(p), N))"),
]
MISTAKES = [
    (entry, *row)
    for entry, rows in ((FOCAL, focal), (GAUSS, gauss), (INFO, info), (MLP, mlp), (ADAM, adam))
    for row in rows
] + [
    (entry, *row)
    for entry, rows in ((SOFTMAX, softmax), (BALANCED, balanced), (INDEPENDENT, independent))
    for row in rows
]


def planted(entry: str, old: str, new: str, folder: Path) -> Record:
    """The catalog's entry with its only `old` replaced by `new`."""
    source = (library.CATALOG / (entry.replace(".", "/") + ".py")).read_text(encoding="utf-8")
    assert source.count(old) == 1, f"{entry}: {old!r} stands there {source.count(old)} times"
    file = folder / "mistaken.py"
    file.write_text(source.replace(old, new), encoding="utf-8")
    (record,) = library.load(file)
    return record


def test_there_are_at_least_sixty() -> None:
    assert len(MISTAKES) >= 60
    assert {entry for entry, *_ in MISTAKES} <= set(library.ids())
    assert all(len(rows) >= 12 for rows in (focal, gauss, info, mlp, adam))


@pytest.mark.parametrize(("entry", "calc", "line", "old", "new"), MISTAKES)
def test_refuted_at_its_line(entry: str, calc: str, line: int, old: str, new: str, tmp_path: Path) -> None:
    results = list(verify(planted(entry, old, new, tmp_path), calc))
    refuted = [r.number for r in results if r.verdict.kind == "refuted"]
    assert refuted[:1] == [line]
    found = results[line - 1].verdict.counterexample
    assert found is not None
    assert found.left != found.right


@pytest.mark.parametrize(("entry", "calc", "line", "old", "new"), MISTAKES)
def test_the_prover_alone_accepts_no_mistake(
    entry: str, calc: str, line: int, old: str, new: str, tmp_path: Path
) -> None:
    """No counterexample is looked for: the normal form, cases and induction must fail by themselves."""
    record = planted(entry, old, new, tmp_path)
    number, said, relation, _ = list(lines_of(record.calc(calc)))[line - 1]
    assert number == line
    relation, _ = with_lemmas(relation, said)
    assert isinstance(prove_equality(Claim(relation, record.given, Derivatives())), str)


@pytest.mark.parametrize("entry", library.ids())
def test_originals_stand(entry: str) -> None:
    results = list(verify(library.entry(entry)))
    assert results
    for r in results:
        assert r.as_expected, f"{entry} {r.calc.name}.{r.number}: {r.verdict.kind} {r.verdict.message}"
