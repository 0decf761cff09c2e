"""Every rule that a line may cite is a theorem of the trusted laws, and its false twins are not."""

from __future__ import annotations

import pytest

from derive import rules
from derive.expr.arithmetic import Neg
from derive.meaning.entropy.laws import LEMMA, MEASURE_LAWS, PREMISE
from derive.meaning.laws import LAWS, law
from derive.meaning.normal import equal
from derive.rules.reason import Rule, Step

RULES = {name: rule for name, rule in vars(rules).items() if isinstance(rule, Rule)}
STEPS = {name: step for name, step in vars(rules).items() if isinstance(step, Step)}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_proved_from_laws_alone(name: str) -> None:
    """Rules are proved from laws, never from rules, so that their order cannot be circular."""
    proof = RULES[name].proof
    assert proof.proved, proof.reason
    assert proof.laws_used
    assert all(law(used) for used in proof.laws_used)
    assert RULES[name].words


@pytest.mark.parametrize("name", RULES)
def test_the_laws_of_a_rule_are_what_it_takes(name: str) -> None:
    rule = RULES[name]
    assert equal(rule.left, rule.right, laws=rule.laws).proved
    assert not equal(rule.left, rule.right, laws=frozenset()).proved


@pytest.mark.parametrize("name", RULES)
def test_a_false_twin_is_not_proved(name: str) -> None:
    rule = RULES[name]
    assert not equal(rule.left, Neg.of(rule.right)).proved
    assert not equal(rule.left, rule.right + 1).proved


@pytest.mark.parametrize("name", STEPS)
def test_a_step_grants_laws_that_exist(name: str) -> None:
    known = (*MEASURE_LAWS, PREMISE, LEMMA)
    assert all(used in LAWS or used in known or law(used) for used in STEPS[name].laws)
    assert STEPS[name].name == name
