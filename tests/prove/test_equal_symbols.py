"""Premises that set one symbol equal to another expression, whatever its axes; ranges that end at a bound variable."""

import pytest

import derive


@pytest.mark.parametrize(
    ("statement", "given", "where"),
    [
        ("x + 1 = y + 1", "x = y", ""),
        ("x**2 = 4", "x = 2", ""),
        ("D(x**2, x) = 2", "x = 1", ""),
        ("A@x = A@y", "x = y", "A: real[n,n]; x: real[n]; y: real[n]"),
    ],
)
def test_a_premise_about_a_plain_symbol(statement: str, given: str, where: str) -> None:
    assert derive.check(statement, given=given, where=where).kind in ("proved", "tested")
    twin = statement.replace("=", "= 1 +", 1)
    assert derive.check(twin, given=given, where=where).kind == "refuted"


def test_scalars_are_proved() -> None:
    assert derive.check("x + 1 = y + 1", given="x = y").kind == "proved"
    assert derive.check("D(x**2, x) = 2", given="x = 1").kind == "proved"


@pytest.mark.parametrize("statement", ["Limit(Sum(k,k,1,n),n,oo) = 1", "Integral(Sum(k,k,1,n),n,0,3) = 1"])
def test_a_range_that_ends_at_a_bound_variable_has_no_value(statement: str) -> None:
    verdict = derive.check(statement)
    assert verdict.kind == "undecided"
    assert "depends on n" in verdict.message
