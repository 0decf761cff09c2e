"""Claims with limits: proved, their false twins refuted, divergence, conditions; and certificates tampered with."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from derive import certificate
from derive.api import check, decide_statement
from derive.cli.output import row
from derive.prove.decide import NoUsableDrawError
from derive.prove.verdict import Verdict

Claim = tuple[str, str, str]  # statement, premises, declarations

PAIRS: tuple[tuple[str, str, str, str, str], ...] = (  # a limit, its value, a false one; premises, declarations
    ("Limit(softplus(b*x)/b, b, oo)", "relu(x)", "abs(x)", "", "x: real"),
    ("Limit(x*sigmoid(b*x), b, oo)", "relu(x)", "x", "", "x: real"),
    ("Limit(x*sigmoid(b*x), b, 0)", "x/2", "x/3", "", "x: real"),
    ("Limit(tanh(b*x), b, oo)", "sign(x)", "1", "", "x: real"),
    ("Limit(exp(u/T)/(exp(u/T) + exp(v/T)), T, 0)", "1", "1/2", "u > v", ""),
    ("Limit(log(exp(b*u) + exp(b*v))/b, b, oo)", "max(u, v)", "min(u, v)", "", "u, v: real"),
    ("Limit((u**p + v**p)**(1/p), p, oo)", "max(u, v)", "u + v", "", "u, v: positive"),
    ("Limit(logsumexp(b*z) - b*Mean(z), b, 0)", "log(n)", "log(n) + 1/1000", "", "z: real[n]"),
    ("Limit((a - 2)/a*((x**2/(a - 2) + 1)**(a/2) - 1), a, 2)", "x**2/2", "x**2", "", "x: real"),
    ("Limit(abs(a - 2)/a*((x**2/abs(a - 2) + 1)**(a/2) - 1), a, 0)", "log(x**2/2 + 1)", "log(x**2 + 1)", "", "x: real"),
    ("Limit(abs(a - 2)/a*((x**2/abs(a - 2) + 1)**(a/2) - 1), a, -oo)", "1 - exp(-x**2/2)", "1", "", "x: real"),
    ("Limit((x**a - 1)/a, a, 0)", "log(x)", "log(x) + 1/1000", "", "x: positive"),
    ("Limit((1 + x/n)**n, n, oo)", "exp(x)", "exp(x + 1/1000)", "", "x: real"),
    ("Limit((1 - b)/(1 - b**n), b, 1)", "1/n", "n", "", "n: positive"),
    ("Limit(log(p**a + (1 - p)**a)/(1 - a), a, 1)", "-p*log(p) - (1 - p)*log(1 - p)", "-p*log(p)", "", "p: unit"),
    ("Limit(where(abs(r) <= d, r**2/2, d*(abs(r) - d/2))/d, d, 0)", "abs(r)", "r", "", "r: real"),
    ("Limit(D(sigmoid(u), u)*exp(u), u, oo)", "1", "0", "", ""),
    ("Limit(c + (h - c)*(1 + cos(pi*t/T))/2, t, T)", "c", "h", "", "c, h: real; T: positive"),
)


def verdict(text: str, given: str = "", where: str = "") -> Verdict:
    return check(text, given=given, where=where)


@pytest.mark.parametrize(("body", "value", "wrong", "given", "where"), PAIRS)
def test_the_value_is_proved_and_its_false_twin_refuted(body, value, wrong, given, where):
    proved = verdict(f"{body} = {value}", given, where)
    assert proved.kind == "proved"
    assert "asymptotic expansion" in proved.method
    assert not proved.conditions
    assert verdict(f"{body} = {wrong}", given, where).kind == "refuted"


@pytest.mark.parametrize("text", ["Limit(x**2, x, oo) = 5", "Limit(-1/x, x, 0) = 0", "Limit(exp(x), x, oo) <= 10**9"])
def test_a_divergent_limit_refutes_a_finite_value(text):
    found = verdict(text)
    assert found.kind == "refuted"
    assert found.counterexample is not None
    assert found.counterexample.left in ("oo", "-oo")


def test_divergence_for_some_parameters_refutes_a_claim_for_all():
    assert verdict("Limit(x*exp(-a*x), x, oo) = 0").kind == "refuted"
    assert verdict("Limit(x*exp(-a*x), x, oo) = 0", where="a: positive").kind == "proved"
    assert verdict("Limit(x*exp(-a*x), x, oo) = 0", given="a > 0").kind == "proved"


def test_inside_a_sum_a_limit_needs_to_be_finite():
    found = verdict("1 + Limit(x*exp(-a*x), x, oo) = 1")
    assert found.kind == "proved"
    assert found.conditions == ("a > 0",)


@pytest.mark.parametrize(
    "text",
    [
        "Limit(x, x, oo) - Limit(x, x, oo) = 0",
        "Limit(x + 1, x, oo) = Limit(x, x, oo) + 1",
        "Limit(x, x, oo)/Limit(x, x, oo) = 1",
        "Limit(x**2, x, oo)*Limit(1/x, x, oo) = 0",
        "Limit(sin(x), x, oo) = 0",
        "Limit(sin(x), x, oo) - Limit(sin(x), x, oo) = 0",
    ],
)
def test_there_is_no_arithmetic_with_what_has_no_value(text):
    assert verdict(text).kind == "undecided"


def test_a_limit_of_nothing_is_the_authors_error():
    with pytest.raises(NoUsableDrawError):
        verdict("Limit(x*log(-x), x, 0) = 0")


def test_both_sides_of_a_jump_are_two_statements():
    assert verdict("Limit(step(h), h, 0) = 1").kind == "proved"
    assert verdict("Limit(step(-h), h, 0) = 0").kind == "proved"
    assert verdict("Limit(step(-h), h, 0) = 1").kind == "refuted"


def test_limits_inside_limits():
    assert verdict("Limit(Limit((1 + x/n)**n, n, oo)*exp(-x), x, oo) = 1").kind == "proved"


# -- certificates


def recorded(text: str, given: str = "", where: str = "") -> dict[str, Any]:
    """The record of the only relation of a statement, as it is read from a file."""
    premises = (given,) if given else ()
    ((relation, found),) = decide_statement(text, where, premises)
    source = {"statement": text, "where": where, "given": list(premises), "relation": 1}
    return json.loads(json.dumps(certificate.check(source, relation, row(found), 0)))


def confirmed(record: dict[str, Any]) -> bool:
    return certificate.Verifier().verify(record).status == "confirmed"


RECORDED = (
    ("Limit(softplus(b*x)/b, b, oo) = relu(x)", "", "x: real"),
    ("Limit(softplus(b*x)/b, b, oo) = x", "", "x: real"),
    ("Limit(exp(u/T)/(exp(u/T) + exp(v/T)), T, 0) = 1", "u > v", ""),
    ("1 + Limit(x*exp(-a*x), x, oo) = 1", "", ""),
    ("Limit(x**2, x, oo) = 5", "", ""),
    ("Sum(k*b**k, k, 1, oo) = b/(1 - b)**2", "", "b: unit"),
    ("Sum(b**k, k, 0, oo) = 1/(1 - b)", "", ""),
    ("Sum(b**k, k, 0, oo) = 2", "", "b: unit"),
    ("Sum(1/k, k, 1, oo) = 2", "", ""),
)


@pytest.mark.parametrize("claim", RECORDED)
def test_a_record_is_confirmed(claim: Claim):
    assert confirmed(recorded(*claim))


@pytest.mark.parametrize("claim", RECORDED)
def test_a_record_with_another_value_is_rejected(claim: Claim):
    record = recorded(*claim)
    (value,) = record["evidence"]["values"]
    for change in (
        {"value": "7"},
        {"kind": "integral"},
        {"method": "guess"},
        {"node": "Limit(x, x, oo)"},
        {"derivation": {}},
        {"derivation": {**value["derivation"], "premises": not value["derivation"]["premises"], "tree": {}}},
    ):
        wrong = copy.deepcopy(record)
        wrong["evidence"]["values"][0].update(change)
        assert not confirmed(wrong), change


def test_a_record_without_its_values_or_conditions_is_rejected():
    record = recorded("1 + Limit(x*exp(-a*x), x, oo) = 1")
    for wrong in ({**record, "conditions": []}, {**record, "evidence": {**record["evidence"], "values": []}}):
        assert not confirmed(wrong)


def test_a_record_without_its_assumption_is_rejected():
    record = recorded("Limit(exp(u/T)/(exp(u/T) + exp(v/T)), T, 0) = 1", "u > v")
    assert record["assumptions"] == ["u > v"]
    assert not confirmed({**record, "assumptions": []})
