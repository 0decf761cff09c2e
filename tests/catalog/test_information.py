"""Entries about information: their lines are proved for the reasons that they give, and slips in them are refuted."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive import library
from derive.entry.record import Record
from derive.entry.verification import verify

ROWS = {
    "info.entropy": ("I1",),
    "info.kullback_leibler": ("I2",),
    "info.cross_entropy": ("I3",),
    "info.mutual_information": ("I4",),
    "info.function_of_a_variable": ("I5",),
    "info.data_processing": ("I6",),
    "info.chain_rules": ("I7",),
    "info.barber_agakov": ("I8",),
    "info.rate_bound": ("I9",),
    "info.elbo": ("I11",),
    "info.gan": ("I12",),
    "info.infonce": ("I13",),
    "info.bald": ("I16",),
    "loss.maximum_likelihood": ("L4", "L5"),
    "loss.exponential_family": ("L7",),
    "loss.least_squares_risk": ("L8",),
    "loss.pinball": ("C11",),
    "architecture.exchangeable": ("P14",),
}
SLIPS = [  # entry, calculation, line, what stands there, what a slip would make of it
    ("info.entropy", "value", 1, "eq(-Expect(p, log(p)))", "eq(Expect(p, log(p)))"),
    ("info.entropy", "below_uniform", 3, "eq(KL(p, u)),", "eq(KL(u, p)),"),
    ("info.entropy", "example", 1, "eq(Rational(3, 2)),", "eq(Rational(7, 4)),"),
    ("info.kullback_leibler", "difference", 2, "eq(Expect(p, log(p) - log(q))", "eq(Expect(q, log(p) - log(q))"),
    ("info.kullback_leibler", "gibbs", 2, "le(Expect(p, q / p - 1)", "le(Expect(p, q / p - 2)"),
    ("info.kullback_leibler", "sign", 1, "sign = calc(value, ge(0))", "sign = calc(value, ge(log(2)))"),
    ("info.cross_entropy", "parts", 4, "eq(H(p) + KL(p, q)),", "eq(H(q) + KL(p, q)),"),
    ("info.cross_entropy", "training", 1, "eq(H(p) + KL(p, model)),", "eq(H(p) + KL(model, p)),"),
    ("info.mutual_information", "conditional", 1, "eq(H(A, B) - H(B), by", "eq(H(A, B) - H(A), by"),
    ("info.mutual_information", "divergence", 2, "eq(KL(m(A, B), m(A) * m(B)), by", "eq(KL(m(A) * m(B), m(A, B)), by"),
    (
        "info.function_of_a_variable",
        "joint",
        2,
        "given = (equals(H(Y, given=X), 0),)",
        "given = (equals(H(X, given=Y), 0),)",
    ),
    ("info.function_of_a_variable", "shared", 2, "eq(H(Y), by=r.premise)", "eq(H(X), by=r.premise)"),
    ("info.data_processing", "encoder", 1, "calc(I(Y, Z), le(I(Y, X)", "calc(I(Y, X), le(I(Y, Z)"),
    ("info.data_processing", "separated", 1, "calc(I(Y, Z, given=X), eq(0", "calc(I(Y, X, given=Z), eq(0"),
    ("info.data_processing", "decoder", 1, "markov(Y, X, Z, Y_hat)", "markov(X, Y, Z)"),
    ("info.chain_rules", "entropy", 3, "H(D, given=(A, B, C)), by", "H(D, given=(B, C)), by"),
    ("info.chain_rules", "han", 1, "3 * H(A, B, C, D),", "4 * H(A, B, C, D) - H(A),"),
    ("info.chain_rules", "submodularity", 1, "eq(I(A, C, given=B), by", "eq(I(A, C), by"),
    (
        "info.barber_agakov",
        "gap",
        1,
        "calc(I(Y, Z) - fit - H(Y), eq(E(p(Z), KL(p(Y, given=Z), q",
        "calc(I(Y, Z) - fit - H(Z), eq(E(p(Z), KL(p(Y, given=Z), q",
    ),
    ("info.barber_agakov", "through_the_encoder", 1, "given = (markov(Y, X, Z),)", "given = (markov(X, Y, Z),)"),
    (
        "info.rate_bound",
        "gap",
        1,
        "calc(rate - I(Z, X), eq(KL(p(Z), ref(Z))))",
        "calc(rate - I(Z, X), eq(KL(ref(Z), p(Z))))",
    ),
    ("info.rate_bound", "bound", 3, "eq(rate - KL(p(Z), ref(Z)), by", "eq(rate + KL(p(Z), ref(Z)), by"),
    ("info.elbo", "gap", 1, "gap = calc(log(p(X)) - elbo", "gap = calc(log(p(X)) + elbo"),
    (
        "info.elbo",
        "bound",
        4,
        "eq(elbo + KL(q(Z, given=X), p(Z, given=X)), by",
        "eq(elbo + KL(q(Z, given=X), p(Z)), by",
    ),
    ("info.elbo", "slope_in_scale", 1, "eq(sigma - 1 / sigma)", "eq(sigma + 1 / sigma)"),
    ("info.elbo", "one_coordinate", 2, "eq((m**2 + s**2 - 1 - log(s**2)) / 2),", "eq((m**2 + s**2 - 1 - log(s)) / 2),"),
    ("info.gan", "at_best", 2, "eq(2 * JS(p(X), g(X)) - log(4)),", "eq(JS(p(X), g(X)) - log(4)),"),
    ("info.gan", "other", 1, "eq(g(X) / (p(X) + g(X)))", "eq(p(X) / (p(X) + g(X)))"),
    ("info.gan", "slope", 2, "eq(c * (s - d) / (d * (1 - d)))", "eq(c * (d - s) / (d * (1 - d)))"),
    ("info.infonce", "slope", 1, "eq((softmax(scores) - eye(N)) / N.size)", "eq((softmax(scores) + eye(N)) / N.size)"),
    ("info.infonce", "code", 1, "ge(H(U) + E(p(U, V)", "ge(H(U, V) + E(p(U, V)"),
    (
        "info.bald",
        "by_labels",
        1,
        "eq(H(Y, given=X) - H(Y, given=(X, Theta)), by",
        "eq(H(Y) - H(Y, given=(X, Theta)), by",
    ),
    (
        "info.bald",
        "disagreement",
        1,
        "eq(E(p(X, Theta), KL(p(Y, given=(X, Theta)), p(Y, given=X))), by",
        "eq(E(p(X) * p(Theta), KL(p(Y, given=(X, Theta)), p(Y, given=X))), by",
    ),
    ("loss.maximum_likelihood", "empirical", 2, "eq(-N.size * Sum(shares", "eq(-Sum(shares"),
    ("loss.maximum_likelihood", "divergence", 1, "eq(H(data) + KL(data, model)),", "eq(H(model) + KL(data, model)),"),
    ("loss.exponential_family", "slope", 1, "eq(T.T @ p - T.T @ o)", "eq(T.T @ p + T.T @ o)"),
    ("loss.exponential_family", "mean", 1, "eq(T.T @ p), note", "eq(T.T @ o), note"),
    (
        "loss.least_squares_risk",
        "parts",
        3,
        "eq(E(p(X), (f(x) - mean) ** 2) + noise),",
        "eq(E(p(X), (f(x) - mean) ** 2) - noise),",
    ),
    (
        "loss.least_squares_risk",
        "attained",
        1,
        "calc(E(p(X, Y), (y - mean) ** 2), eq(noise)",
        "calc(E(p(X, Y), y**2), eq(noise)",
    ),
    ("loss.least_squares_risk", "total_variance", 1, "eq(noise + Var(p(X), mean))", "eq(noise - Var(p(X), mean))"),
    ("loss.pinball", "above_quantile", 2, "eq(best + (c - q) * (up_to - tau)),", "eq(best + (c - q) * (up_to + tau)),"),
    ("loss.pinball", "for_larger", 1, "given=(c >= q, tau <= F)", "given=(c <= q, tau <= F)"),
    ("architecture.exchangeable", "conjugate", 2, "- (nu + M.size) * A", "- (nu + 1) * A"),
    ("architecture.exchangeable", "reordered_statistics", 1, "Sum(P @ phi, M)", "Sum(2 * (P @ phi), M)"),
]


def slipped(entry: str, there: str, slip: str, folder: Path) -> Record:
    source = (library.CATALOG / (entry.replace(".", "/") + ".py")).read_text(encoding="utf-8")
    assert source.count(there) == 1, f"{there!r} stands there {source.count(there)} times"
    file = folder / "slipped.py"
    file.write_text(source.replace(there, slip), encoding="utf-8")
    (record,) = library.load(file)
    return record


@pytest.mark.parametrize("entry", ROWS)
def test_every_line_is_proved_for_its_reasons(entry: str) -> None:
    record = library.entry(entry)
    assert record.states == ROWS[entry]
    for line in verify(record):
        where = f"{line.calc.name}.{line.number}: {line.verdict.message}"
        assert line.verdict.kind == ("refuted" if line.expected == "refuted" else "proved"), where
        assert line.verdict.reason_status in ("confirmed", "none"), where
    assert any(calc.expected == "refuted" for calc in record.calcs)


@pytest.mark.parametrize(("entry", "calc", "line", "there", "slip"), SLIPS)
def test_a_slip_is_refuted_at_its_line(entry: str, calc: str, line: int, there: str, slip: str, tmp_path: Path) -> None:
    found = list(verify(slipped(entry, there, slip, tmp_path), calc))
    assert [r.number for r in found if r.verdict.kind == "refuted"][:1] == [line]
    assert all(r.verdict.kind == "proved" for r in found[: line - 1])
    example = found[line - 1].verdict.counterexample
    assert example is not None
    assert example.left != example.right


def test_every_entry_has_slips() -> None:
    assert {entry for entry, *_ in SLIPS} == set(ROWS)
