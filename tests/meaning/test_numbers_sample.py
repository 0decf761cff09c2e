"""Points: draws lie in their domains, repeat, and satisfy what is given."""

import math
from fractions import Fraction
from random import Random

import pytest
from flint import arb, fmpq

from derive.expr.build import (
    H,
    I,
    Sum,
    counting,
    equals,
    function,
    integer,
    positive,
    real,
    recurrence,
    unit,
    variable,
)  # fmt: skip
from derive.expr.dims import Dim
from derive.expr.domains import DOMAINS, INTEGER, POSITIVE, REAL, UNIT
from derive.expr.leaves import Index
from derive.expr.node import Expr
from derive.expr.operations import exp, log
from derive.meaning import index_form
from derive.meaning.numbers import ball
from derive.meaning.numbers.evaluate import Evaluation
from derive.meaning.numbers.premises import Premises
from derive.meaning.numbers.sample import SIMPLE, Names, Point, draw, size_plans
from derive.meaning.numbers.shrink import shrink

N, K = Dim("N", "i"), Dim("K", "k")


def named(**things):
    for name, thing in things.items():
        thing.named(name)
    return tuple(things.values())


LIMITED = {
    "real in [-1/3, 5]": REAL.within(Fraction(-1, 3), Fraction(5)),
    "int in [2, 7]": INTEGER.within(Fraction(2), Fraction(7)),
    "positive in [0, 1]": POSITIVE.within(Fraction(0), Fraction(1)),
    "unit in [1/2, 2]": UNIT.within(Fraction(1, 2), Fraction(2)),
}


@pytest.mark.parametrize("simple", [False, True])
@pytest.mark.parametrize("name", [n for n in (*DOMAINS, *LIMITED) if n != "function"])
def test_draws_lie_in_their_domain(name, simple):
    domain = DOMAINS.get(name) or LIMITED[name]
    for seed in range(60):
        shapes: list[tuple[int, ...]] = [(), (4,), (2, 3)]
        shape = (3, 3) if domain.structure in ("symmetric", "posdef", "permutation") else shapes[seed % 3]
        if domain.structure in ("onehot", "simplex") and not shape:
            continue
        entries = draw(domain, Random(seed), shape, simple)
        assert len(entries) == math.prod(shape)
        assert all(isinstance(v, Fraction) and domain.contains(v) for v in entries)
        if domain.structure == "onehot":
            assert all(sum(entries[r : r + shape[-1]]) == 1 for r in range(0, len(entries), shape[-1]))
        if domain.structure == "simplex":
            assert sum(entries) == 1
        if domain.structure in ("symmetric", "posdef"):
            assert all(entries[3 * r + c] == entries[3 * c + r] for r in range(3) for c in range(3))
        if domain.structure == "permutation":
            assert all(sum(entries[3 * r : 3 * r + 3]) == 1 == sum(entries[r::3]) for r in range(3))
        if domain.structure == "posdef":
            a, b, c, d, e, f, g, h, i = entries
            assert a > 0
            assert a * e - b * d > 0
            assert a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g) > 0


def test_edge_values_are_planted():
    drawn = {v for seed in range(60) for v in draw(REAL, Random(seed), (3,), False)}
    assert set(REAL.edges) <= drawn


@pytest.mark.parametrize("count", range(7))
def test_two_size_plans_differ_in_every_dim_and_one_has_a_one(count):
    plans = size_plans(count, Random("plans"), 24)
    assert len(plans) == 24
    for plan in plans[:2]:
        assert len(set(plan)) == count
        assert min(plan, default=2) >= 2
    assert count == 0 or 1 in plans[2]
    assert count == 0 or all(a != b for a, b in zip(plans[0], plans[1], strict=True))


def test_a_point_does_not_depend_on_the_order_in_which_it_is_asked():
    x, y = named(x=real(N), y=real(N))
    names = Names.of(Sum(x * y, N))
    one, two = (Point(names, "same", {N: 3}) for _ in range(2))
    first = one.entries(x, (), (3,)), one.entries(y, (), (3,))
    second = two.entries(y, (), (3,)), two.entries(x, (), (3,))
    assert first == second[::-1]
    assert first[0] != first[1]


def test_things_of_one_name_are_told_apart():
    first, second = real(), real()
    named(x=first)
    named(x=second)
    names = Names.of(first + second)
    point = Point(names, "names", {})
    point.entries(first, (), ())
    point.entries(second, (), ())
    assert set(point.described()) == {"x", "x#2"}


def test_a_point_is_written_down_exactly():
    x, a = named(x=real(N, K), a=real())
    point = Point(Names.of(Sum(x, N, K) * a), "text", {N: 2, K: 3})
    point.entries(x, (), (2, 3))
    point.entries(a, (), ())
    at = point.described()
    assert [len(row) for row in at["x"]] == [3, 3]
    assert Fraction(at["a"]) == Fraction(str(point.values[a, ()][1][0]))
    assert point.shapes() == {"N": 2, "K": 3}


# -- premises


def held(claim: Expr, *given: Expr, sizes=None, tries=40):
    """Points at which the premises hold."""
    core = index_form.entries(claim)[0]
    premises = Premises.of(given, core)
    names = Names.of(core, *given)
    points = (
        Point(names, str(k), dict(sizes or {d: 1 + (k + m) % 3 for m, d in enumerate(names.dims)}))
        for k in range(tries)
    )
    return premises, [q for q in points if premises.hold(q)]


def test_a_sum_of_positive_weights_is_scaled_to_one():
    (p,) = named(p=positive(K))
    _, points = held(Sum(p**2, K), equals(Sum(p, K), 1))
    assert len(points) == 40
    for q in points:
        entries = q.values[p, ()][1]
        assert sum(entries, fmpq(0)) == 1
        assert min(entries) > 0


def test_rows_are_scaled_apart():
    (W,) = named(W=positive(N, K))
    i = Index("i", N)
    _, points = held(Sum(W, N, K), equals(Sum(W, K)[i], 1), sizes={N: 2, K: 3})
    assert len(points) == 40
    assert all(sum(q.values[W, ()][1][:3], fmpq(0)) == 1 for q in points)


def test_a_matrix_is_made_symmetric():
    (A,) = named(A=real(N, N))
    _, points = held(A, equals(A, A.T), sizes={N: 3})
    assert len(points) > 30
    for q in points:
        a = q.values[A, ()][1]
        assert all(a[3 * r + c] == a[3 * c + r] for r in range(3) for c in range(3))
    assert any(any(q.values[A, ()][1][m] != 0 for m in (1, 2, 5)) for q in points)


def test_an_equation_defines_a_symbol():
    a, s = named(a=real(), s=positive())
    premises, points = held(log(s), equals(s, exp(a)))
    assert not premises.checks
    assert len(points) == 40
    value = Evaluation(premises.reading, points[0], 128).table(s).values[0]
    assert isinstance(value, arb | fmpq)
    assert (s, ()) not in points[0].values


def test_a_definition_outside_the_domain_is_no_point():
    a, s = named(a=real(), s=unit())
    _, points = held(log(s), equals(s, exp(a)))
    assert 0 < len(points) < 40
    assert all(q.values[a, ()][1][0] < 0 for q in points)


def test_circular_definitions_are_checked_instead():
    a, b = named(a=real(), b=real())
    premises, points = held(a, equals(a, b + 1), equals(b, 2 * a))
    assert len(premises.reading.definitions) == 1
    assert points  # a = 2a + 1: the repair finds a = -1
    for q in points:
        evaluation = Evaluation(premises.reading, q, 64)
        assert evaluation.table(a).values[0] == -1


def test_inequalities_filter():
    a, b = named(a=real(), b=real())
    _, points = held(a + b, a < b)
    assert 0 < len(points) < 40
    assert all(q.values[a, ()][1][0] < q.values[b, ()][1][0] for q in points)


def test_contradictory_premises_hold_nowhere():
    a, b = named(a=real(), b=real())
    _, points = held(a + b, a < b, b < a)
    assert not points


def test_a_premise_about_all_arguments_of_a_function_never_certainly_holds():
    f, a = named(f=function(), a=real())
    premises, points = held(f(2) - f(-2), equals(f(a), f(-a)))
    assert premises.unverifiable
    assert not points
    _, points = held(f(2), f(0) > 0)  # about one value only
    assert points


def test_a_premise_about_all_terms_of_a_sequence_is_checked_at_all_of_them():
    (c,) = named(c=real(N))
    t = Index("t")
    _, points = held(c[1], c[t] >= 0, sizes={N: 2}, tries=80)
    assert 0 < len(points) < 80
    assert all(min(q.values[c, ()][1]) >= 0 for q in points)


def test_a_premise_about_all_members_of_an_endless_family_never_certainly_holds():
    t = Index("t")
    (g,) = named(g=real(family=t))
    premises, points = held(g[12], g[t] >= 0)
    assert premises.unverifiable
    assert not points


def test_a_recurrence_is_not_a_check():
    t = Index("t")
    m, n = named(m=real(family=t), n=counting())
    premises, points = held(m[n], recurrence(m, t, 1, 2 * m[t - 1]))
    assert len(points) == 40
    q = points[0]
    assert Evaluation(premises.reading, q, 64).table(m[n]).values[0] == 2 ** int(q.values[n, ()][1][0])


def test_markov_chains_and_functions_are_found():
    X, Y, Z = named(X=variable(), Y=variable(), Z=variable())
    for premise in (equals(I(X, Z, given=(Y,)), 0), equals(H(Y, given=(X,)), 0), equals(I(X, Y), 0)):
        _, points = held(I(X, Z) - I(X, Y), premise)
        assert 3 < len(points) < 40


# -- shrinking


def test_shrinking_keeps_what_happens_and_stops_at_its_budget():
    x, c = named(x=real(N), c=integer())
    names = Names.of(Sum(x, N) + c)
    point = Point(names, "shrink", {N: 3})
    asked = 0

    def happens(q: Point) -> bool:
        nonlocal asked
        asked += 1
        return sum(q.entries(x, (), (q.sizes[N],)), fmpq(0)) > 0 and q.entries(c, (), ())[0] != 0

    while not happens(point):
        point = Point(names, point.key + "x", {N: 3})
    asked = 0
    small = shrink(point, happens, budget=100)
    assert asked <= 100
    assert happens(small)
    assert small.sizes == {N: 1}
    assert small.values[c, ()][1] == [1]
    assert ball.fraction(small.values[x, ()][1][0]) in SIMPLE
