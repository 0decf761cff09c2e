"""Asymptotic expansions and limits: values, cases of signs, what has none; and a second opinion by numbers."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import pytest

from derive.expr import operations as table
from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.calculus import Limit
from derive.expr.domains import REAL
from derive.expr.leaves import INFINITY, ONE, ZERO, Number, Symbol, Variable
from derive.expr.node import Expr, as_expr, walk
from derive.expr.plain import plain
from derive.expr.propositions import Relation
from derive.expr.substitute import substitute
from derive.meaning.facts import POSITIVE, of_relation
from derive.meaning.index_form import entry, unfold
from derive.meaning.limits.expand import Expander
from derive.meaning.limits.ground import Effort, Ground, NeedMoreTerms, NoExpansion
from derive.meaning.limits.limit import (
    Cases,
    Derivation,
    Impossible,
    Leaf,
    Question,
    Undefined,
    Unknown,
    confirm,
    limit,
)
from derive.meaning.limits.scale import LOG_T, UNIT, Scale, T
from derive.meaning.normal.prove import equal
from derive.text.statement import parse

MINUS_INFINITY = Neg.of(INFINITY)


def question(text: str, where: str = "", given: tuple[str, ...] = ()) -> Question:
    """The limit on the left of a statement."""
    statement = parse(f"{text} = 0", where, given)
    node = entry(statement.relations[0].args[0])
    assert isinstance(node, Limit)
    signs = (of_relation(p) for p in statement.premises if isinstance(p, Relation))
    facts = tuple(fact for fact in signs if fact is not None)
    return Question(unfold(node.body), node.variable, node.point, facts)


def found(text: str, where: str = "", given: tuple[str, ...] = ()) -> Derivation:
    return question(text, where, given).answer()


def value(text: str, where: str = "", given: tuple[str, ...] = ()) -> Expr:
    derivation = found(text, where, given)
    assert isinstance(derivation, Leaf), derivation
    return derivation.value


NUMBERS = {
    "Limit(log(1 + x)/x, x, 0)": "1",
    "Limit((1 - cos(x))/x**2, x, 0)": "1/2",
    "Limit((sin(x) - x)/x**3, x, 0)": "-1/6",
    "Limit((x - tanh(x))/x**3, x, 0)": "1/3",
    "Limit(x*log(x), x, 0)": "0",
    "Limit(x**x, x, 0)": "1",
    "Limit((1 + 1/x)**x, x, oo)": "exp(1)",
    "Limit(x**5*exp(-x), x, oo)": "0",
    "Limit(log(log(x))/log(x), x, oo)": "0",
    "Limit(log(x)**3/x**(1/10), x, oo)": "0",
    "Limit(sqrt(x**2 + 3*x) - x, x, oo)": "3/2",
    "Limit(x**(1/x), x, oo)": "1",
    "Limit(exp(exp(-x)), x, oo)": "1",
    "Limit(exp(-exp(x)), x, oo)": "0",
    "Limit(exp(x + exp(-x)) - exp(x), x, oo)": "1",
    "Limit((exp(x) - exp(-x))/(exp(x) + exp(-x)), x, -oo)": "-1",
    "Limit(tanh(x), x, -oo)": "-1",
    "Limit(softplus(x) - x, x, oo)": "0",
    "Limit(x*Phi(x), x, -oo)": "0",
    "Limit((1 - Phi(x))*x/phi(x), x, oo)": "1",
    "Limit(erf(x)/x, x, 0)": "2/sqrt(pi)",
    "Limit(abs(x - 1)/(x - 1), x, 1)": "1",
    "Limit(max(x, 5) - x, x, oo)": "0",
    "Limit(sin(x)/x, x, oo)": "0",
    "Limit(cos(1/x), x, oo)": "1",
    "Limit(gamma(x)*x, x, 0)": "1",
    "Limit(loggamma(x) - (x - 1/2)*log(x) + x, x, oo)": "log(2*pi)/2",
    "Limit(digamma(x) - log(x), x, oo)": "0",
    "Limit(where(x > 3, 1/x, x), x, oo)": "0",
}


@pytest.mark.parametrize(("text", "wanted"), NUMBERS.items())
def test_a_limit_without_parameters(text, wanted):
    statement = parse(f"{wanted} = 0")
    assert equal(value(text), statement.relations[0].args[0]).proved


@pytest.mark.parametrize("text", NUMBERS)
def test_its_neighbour_is_no_limit(text):
    assert not equal(value(text), Add.of(value(text), Number.of(Fraction(1, 1000)))).proved


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Limit(x**2 - 100*x, x, oo)", 1),
        ("Limit(1/x, x, 0)", 1),
        ("Limit(log(x), x, 0)", -1),
        ("Limit(log(log(x)), x, oo)", 1),
        ("Limit(exp(x)/x**9, x, oo)", 1),
        ("Limit(-x*tanh(x), x, -oo)", -1),
        ("Limit(softplus(x) - 2*x, x, oo)", -1),
    ],
)
def test_divergence_has_a_sign(text, sign):
    assert value(text) is (INFINITY if sign > 0 else MINUS_INFINITY)


@pytest.mark.parametrize(
    "text", ["Limit(sin(x), x, oo)", "Limit(x*sin(x), x, oo)", "Limit(cos(1/x), x, 0)", "Limit((-1/2)**n, n, oo)"]
)
def test_what_oscillates_is_not_known(text):
    assert isinstance(found(text), Unknown)


@pytest.mark.parametrize(
    "text",
    ["Limit(log(-x), x, 0)", "Limit(sqrt(-x), x, oo)", "Limit(1/(x - x), x, oo)", "Limit(x + log(-1 - a**2)/x, x, oo)"],
)
def test_a_body_without_a_value_is_undefined(text):
    assert isinstance(found(text), Undefined)


def test_signs_are_distinguished_when_they_decide():
    derivation = found("Limit(softplus(b*x)/b, b, oo)", "x: real")
    assert isinstance(derivation, Cases)
    assert plain(derivation.on) == "x"
    below, at, above = derivation.parts
    assert isinstance(below, Leaf)
    assert below.value is ZERO
    assert isinstance(at, Leaf)
    assert at.value is ZERO
    assert isinstance(above, Leaf)
    assert above.value is derivation.on


def test_a_premise_or_a_domain_leaves_no_cases():
    body = "Limit(exp(u/T)/(exp(u/T) + exp(v/T)), T, 0)"
    assert value(body, given=("u > v",)) is ONE
    assert value(body, given=("u < v",)) is ZERO
    assert value("Limit(b**t, t, oo)", "b: unit") is ZERO
    assert value("Limit(b**t, t, oo)", given=("b > 1",)) is INFINITY


def test_a_case_that_contradicts_the_premises_does_not_arise():
    derivation = found("Limit(x*exp(-a*x), x, oo)", given=("a >= 0",))
    assert isinstance(derivation, Cases)
    assert isinstance(derivation.parts[0], Impossible)


def test_a_coefficient_that_is_not_defined_is_needed_to_be():
    derivation = found("Limit(y + log(p)/x, x, oo)")
    assert isinstance(derivation, Leaf)
    assert [(s, plain(e)) for s, e in derivation.needs] == [(POSITIVE, "p")]


def test_the_effort_of_all_cases_together_is_bounded():
    asked = question("Limit((u**p + v**p)**(1/p), p, oo)", "u, v: positive")
    assert isinstance(asked.answer(), Cases)
    starved = Question(asked.body, asked.variable, asked.point, asked.facts, Effort(5)).answer()
    assert isinstance(starved, Unknown)
    assert "5 coefficients" in starved.reason


# -- the scale


def test_the_scale_is_ordered():
    ground = Ground()
    scale = Scale(ground)
    exp_t = Expander(ground, 3, Variable("t"), INFINITY).exp_of_terms(((ONE, T),))
    ladder = [UNIT, LOG_T, scale.power(T, as_expr(Fraction(1, 100))), T, scale.power(T, as_expr(9)), exp_t]
    for k, low in enumerate(ladder):
        for high in ladder[k + 1 :]:
            assert scale.compare(high, low) == 1
            assert scale.compare(low, high) == -1
        assert scale.compare(low, low) == 0


def test_the_remainder_swallows_smaller_terms():
    t = Variable("t")
    a = Expander(Ground(), 3, t, INFINITY)
    known = a.add(a(t), a.bounded(UNIT))
    assert a.subtract(known, a(t)).terms == ()
    assert a.subtract(known, a(t)).rest == UNIT
    with pytest.raises(NeedMoreTerms):
        a.split(known)


# -- certificates


TREES = ("Limit(softplus(b*x)/b, b, oo)", "Limit((sin(x) - x)/x**3, x, 0)", "Limit(log(-x), x, 0)")


@pytest.mark.parametrize("text", TREES)
def test_a_recorded_derivation_is_confirmed(text):
    asked = question(text)
    assert confirm(asked, asked.answer().to_json()).to_json() == asked.answer().to_json()


def _tampered(data: dict) -> list[dict]:
    match data:
        case {"order": _, "value": _, "lines": lines}:
            return [
                {**data, "value": "7"},
                {**data, "order": 1},
                {**data, "order": 10**9},
                {**data, "lines": lines[:-1]},
                {**data, "lines": [[e, f.replace("1", "2")] for e, f in lines]},
                {"impossible": True},
                {"undefined": "", "order": 2},
            ]
        case {"on": _, "cases": cases}:
            swapped = {**data, "cases": cases[::-1]}
            shorter = {**data, "cases": cases[:2]}
            return [swapped, shorter, {**data, "on": "1"}, {**data, "on": "b"}, cases[0], {"impossible": True}]
    return [{"impossible": True}, {"order": 2, "value": "0", "lines": []}, {}]


@pytest.mark.parametrize("text", TREES)
def test_a_tampered_derivation_is_rejected(text):
    asked = question(text)
    for data in _tampered(asked.answer().to_json()):
        with pytest.raises(NoExpansion):
            confirm(asked, data)


def test_a_derivation_of_another_limit_is_rejected():
    record = question("Limit((1 - cos(x))/x**2, x, 0)").answer().to_json()
    with pytest.raises(NoExpansion):
        confirm(question("Limit((1 - cos(x))/x**2, x, oo)"), record)
    with pytest.raises(NoExpansion):
        confirm(question("Limit((1 + cos(x))/x**2, x, 0)"), record)


# -- a second opinion by numbers: no value may be contradicted close to the point

V = Variable("v", REAL)
ONE_PLACE = (
    table.exp, table.log, table.softplus, table.sigmoid, table.tanh, table.erf,
    table.absolute, table.relu, table.sin, table.cos, table.normal_pdf,
)  # fmt: skip
MILD = (table.log, table.absolute, table.relu, table.sin, table.cos)  # inside of an exponential: no towers
FUNCTIONS: dict[str, Callable] = {
    "exp": mpmath.exp, "log": mpmath.log, "abs": abs, "sin": mpmath.sin, "cos": mpmath.cos, "tanh": mpmath.tanh,
    "softplus": lambda x: max(x, mpmath.mpf(0)) + mpmath.log1p(mpmath.exp(-abs(x))),
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)), "relu": lambda x: max(x, mpmath.mpf(0)), "max": max,
    "phi": lambda x: mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mpmath.pi),
    "erf": lambda x: mpmath.erf(x) if abs(x) < 100 else mpmath.sign(x),
}  # fmt: skip


def _random(draw: random.Random, depth: int, mild: bool = False) -> Expr:
    if depth == 0 or draw.random() < 0.15:
        return V if draw.random() < 0.7 else as_expr(Fraction(draw.choice((1, 2, 3, -1, -2)), draw.choice((1, 2, 3))))
    one, other = (_random(draw, depth - 1, mild) for _ in range(2))
    kind = draw.randrange(8)
    if kind < 5:
        power = Pow.of(one, as_expr(draw.choice((2, 3, -1, Fraction(1, 2)))))
        return (Add.of(one, other), Add.of(one, Neg.of(other)), Mul.of(one, other), Div.of(one, other), power)[kind]
    if kind == 5:
        return table.maximum(one, other)
    operation = draw.choice(MILD if mild else ONE_PLACE)
    return operation(one if operation in MILD else _random(draw, depth - 1, True))


class NoNumberError(Exception):
    pass


def _number(e: Expr, at: Any) -> Any:
    if e is V:
        return at
    if isinstance(e, Number):
        return mpmath.mpf(e.value.numerator) / e.value.denominator
    below = [_number(a, at) for a in e.args]
    match e:
        case Add():
            return sum(below, mpmath.mpf(0))
        case Neg():
            return -below[0]
        case Mul():
            return mpmath.fprod(below)
        case Div() if below[1]:
            return below[0] / below[1]
        case Pow() if below[0] > 0 or (below[0] < 0 and below[1] == int(below[1])) or (below[0] == 0 and below[1] > 0):
            return below[0] ** below[1]
        case table.Apply() if e.operation is not table.log or below[0] > 0:
            if abs(below[0]) < mpmath.mpf(10) ** 200:
                return FUNCTIONS[e.operation.name](*below)
        case _ if not e.args:
            return mpmath.pi
    raise NoNumberError


@pytest.mark.parametrize("seed", range(240))
def test_no_value_is_contradicted_by_numbers(seed):
    draw = random.Random(f"limit/{seed}")
    e, point = _random(draw, 3), draw.choice((INFINITY, MINUS_INFINITY, ZERO, ONE))
    if V not in set(walk(e)):
        e = Add.of(e, V)
    derivation = limit(e, V, point)
    with mpmath.workdps(300):
        steps = [mpmath.mpf(10) ** k for k in (6, 60)]
        places = {INFINITY: lambda t: t, MINUS_INFINITY: lambda t: -t, ZERO: lambda t: 1 / t, ONE: lambda t: 1 + 1 / t}
        try:
            near, nearer = (_number(e, places[point](t)) for t in steps)
        except NoNumberError:
            return
        assert not isinstance(derivation, Undefined), plain(e)
        if not isinstance(derivation, Leaf):
            return
        if not derivation.finite:
            sign = 1 if derivation.value is INFINITY else -1
            assert sign * nearer > max(sign * near, 5), plain(e)
            return
        wanted = _number(derivation.value, mpmath.mpf(0))
        gap, smaller = abs(near - wanted), abs(nearer - wanted)
        assert smaller < mpmath.mpf(10) ** -6 * (1 + abs(wanted)) or smaller < 0.95 * gap, plain(e)


A = Symbol("a", domain=REAL)
VALUES = tuple(as_expr(Fraction(n, 2)) for n in (-3, -1, 0, 1, 4))


def _chosen(derivation: Derivation, a: Expr) -> Derivation:
    """The case that holds where A has this value."""
    while isinstance(derivation, Cases):
        sign = mpmath.sign(_number(substitute(derivation.on, {A: a}), mpmath.mpf(0)))
        derivation = derivation.parts[1 + int(sign)]
    return derivation


@pytest.mark.parametrize("seed", range(80))
def test_the_case_of_a_parameter_is_the_limit_at_its_value(seed):
    draw = random.Random(f"parameter/{seed}")
    e = substitute(_random(draw, 3), {as_expr(2): A, as_expr(-1): A, as_expr(3): A})
    point = draw.choice((INFINITY, MINUS_INFINITY, ZERO))
    derivation = limit(e, V, point)
    with mpmath.workdps(60):
        for a in VALUES:
            try:
                general = _chosen(derivation, a)
            except NoNumberError:
                continue
            special = limit(substitute(e, {A: a}), V, point)
            assert not isinstance(general, Impossible), plain(e)
            if not isinstance(general, Leaf) or not isinstance(special, Leaf):
                continue
            assert general.finite == special.finite, f"{plain(e)} at {a}"
            if not general.finite:
                assert general.value is special.value, f"{plain(e)} at {a}"
                continue
            try:
                one, other = (_number(substitute(x, {A: a}), mpmath.mpf(0)) for x in (general.value, special.value))
            except NoNumberError:  # only where what it needs does not hold
                assert general.needs, f"{plain(e)} at {a}"
                continue
            assert mpmath.almosteq(one, other, 1e-40, 1e-40), f"{plain(e)} at {a}"
