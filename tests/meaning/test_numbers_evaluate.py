"""Tables of formulas at a point: the same values as a naive recursion in floats, and exact where they can be."""

import math
from fractions import Fraction
from itertools import product

import pytest
from flint import arb, ctx, fmpq

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.build import (
    D,
    E,
    H,
    I,
    Mean,
    Prod,
    Rational,
    Sum,
    delta,
    function,
    half,
    integer,
    logsumexp,
    norm,
    onehot,
    posdef,
    positive,
    real,
    recurrence,
    simplex,
    softmax,
    variable,
    where,
)  # fmt: skip
from derive.expr.dims import Dim
from derive.expr.families import DimFamily
from derive.expr.leaves import PI, Constant, Index, Let, Number, Size, Symbol
from derive.expr.operations import Apply, absolute, exp, log, relu, sigmoid, tanh
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Call, Delta, Indexed, Weighted, Where
from derive.expr.tensor import Linear
from derive.meaning import index_form
from derive.meaning.numbers.ball import UNDEFINED, UNKNOWN, Scalar, State
from derive.meaning.numbers.evaluate import Evaluation, NotEvaluableError
from derive.meaning.numbers.reading import Reading
from derive.meaning.numbers.sample import Names, Point

BITS = 200


def named(**things):
    for name, thing in things.items():
        thing.named(name)
    return tuple(things.values())


def evaluated(e, sizes=None, key="test", given=()):
    """The table of a tensor expression at a drawn point: values by position, and the evaluation."""
    reading = Reading(given)
    core, indices = index_form.entries(e)
    names = Names.of(core, *given)
    point = Point(names, key, dict(sizes or {d: 2 + k for k, d in enumerate(names.dims)}))
    evaluation = Evaluation(reading, point, BITS)
    table = evaluation.table(core)
    indices = (*indices, *(m for m in reading.free(core) if m not in indices))
    evaluation.place(indices)
    columns = table.over(indices, evaluation.ranges)
    at = list(product(*(evaluation.ranges[i] for i in indices)))
    return dict(zip(at, columns, strict=True)), point, core, indices


def scalar(e, key="test", given=()):
    values, point, *_ = evaluated(e, key=key, given=given)
    return values[()], point


def enclosure(value: Scalar) -> arb:
    assert not isinstance(value, State)
    return arb(value)


def put(point, symbol, values, shape=(), which=()):
    point.values[symbol, which] = tuple(shape), [fmpq(Fraction(v).numerator, Fraction(v).denominator) for v in values]


# -- a second evaluator: plain recursion in floats


def naive(e, env, point):
    def value(x, env=env):
        return naive(x, env, point)

    match e:
        case Number():
            return float(e.value)
        case Constant():
            return math.pi
        case Size():
            return point.sizes[e.dim]
        case Index():
            return env[e]
        case Symbol():
            return float(Fraction(str(point.values[e, ()][1][0])))
        case Let():
            return value(index_form.entry(e.expr))
        case Indexed():
            at = tuple(e.places)
            if isinstance(e.of_what, Let):
                return value(index_form.entry(e.of_what.expr, at))
            shape, flat = point.values[e.of_what, ()]
            offset = 0
            for n, p in zip(shape, at, strict=True):
                offset = offset * n + int(value(p)) - 1
            return float(Fraction(str(flat[offset])))
        case Add():
            return sum(value(a) for a in e.args)
        case Mul():
            return math.prod(value(a) for a in e.args)
        case Neg():
            return -value(e.args[0])
        case Div():
            return value(e.args[0]) / value(e.args[1])
        case Pow():
            return value(e.args[0]) ** value(e.args[1])
        case Apply():
            f = {"exp": math.exp, "log": math.log, "relu": lambda x: max(x, 0.0), "tanh": math.tanh, "abs": abs,
                 "sigmoid": lambda x: 1 / (1 + math.exp(-x)), "step": lambda x: float(x > 0)}  # fmt: skip
            if e.operation.name not in f:
                assert e.operation.unfold is not None
                return value(e.operation.unfold(*e.args))
            return f[e.operation.name](*map(value, e.args))
        case Delta():
            return float(value(e.args[0]) == value(e.args[1]))
        case Weighted():
            p = value(e.args[0])
            return 0.0 if p == 0 else p * value(e.args[1])
        case Where():
            c = e.args[0]
            assert isinstance(c, Relation)
            holds = {">": lambda a, b: a > b, "<=": lambda a, b: a <= b}[c.kind](value(c.left), value(c.right))
            return value(e.args[1] if holds else e.args[2])
        case Bound():
            span = range(int(value(e.low)), int(value(e.high)) + 1)
            terms = [value(e.body, {**env, e.index: k}) for k in span]
            if e.kind == "logsumexp":
                return math.log(sum(map(math.exp, terms)))
            return {"sum": sum, "prod": math.prod, "max": max}[e.kind](terms)
    raise AssertionError(type(e))


N, K, M = Dim("N", "i"), Dim("K", "k"), Dim("M", "j")
x, y, w, A, B, b, T, p = named(
    x=real(N), y=real(N), w=real(K), A=real(N, K), B=real(K, M), b=positive(K), T=onehot(N, K), p=simplex(N, K)
)
i, j, k, u, v = Index("i", N), Index("j", K), Index("k", K), Index("u"), Index("v")
hidden = Let("hidden", relu(A @ B + Sum(A, K, N)))
P = Let("P", softmax(A * b))
TENSORS = {
    "broadcast": A * w + b,
    "matrix products": A @ B,
    "quadratic form": x @ A @ w,
    "transpose": (A @ B).T @ x,
    "softmax": softmax(A),
    "logsumexp": logsumexp(A),
    "mean and norm": Mean(A, N) * norm(A, N),
    "product and maximum": Prod(A / 7, K) + Sum(Sum(A, K), N),
    "named terms": hidden.T @ hidden,
    "term of terms": Let("loss", -Sum(T * log(P), K, N)) + Sum(P, N, K),
    "expectation": E(p, log(p) + A),
    "triangular sum": Sum(Sum(x[u] * y[v], (v, u, N.size)), (u, 1, N.size)),
    "empty sum": Sum(x[u], (u, 3, 2)) + Prod(x[u], (u, N.size + 1, N.size)),
    "ragged logsumexp": Sum(Bound.of("logsumexp", x[v], v, Number.of(1), u), (u, 1, N.size)),
    "shifted places": Sum(x[u + 1] * y[N.size - u], (u, 1, N.size - 1)),
    "delta": Sum(delta(i, u) * x[u] ** 2, (u, 1, N.size)) * delta(j, k),
    "where": where(A > 0, tanh(A), 2 * A),
    "slope": D(relu)(A) * sigmoid(A),
    "powers": b**half * Rational(2, 3) ** Sum(w, K),
    "constants": PI * x + absolute(x) * N.size,
    "one index, two ranges": Sum(x[u], (u, 1, N.size)) * Sum(w[u], (u, 1, K.size)),
    "an index bound inside and free outside": x[i] * Sum(x[i], (i, 1, 2)),
}  # fmt: skip


@pytest.mark.parametrize("name", TENSORS)
def test_tables_agree_with_a_naive_recursion(name):
    for key in ("one", "two", "three"):
        values, point, core, indices = evaluated(TENSORS[name], key=key)
        for at, value in values.items():
            if value is UNDEFINED:  # the slope at a kink
                continue
            expected = naive(core, dict(zip(indices, at, strict=True)), point)
            assert float(enclosure(value)) == pytest.approx(expected, rel=1e-9, abs=1e-9), (name, at)


def test_rational_formulas_are_exact():
    (value, point) = scalar(Sum(x, N) / N.size)
    entries = point.values[x, ()][1]
    assert isinstance(value, fmpq)
    assert value == sum(entries, fmpq(0)) / len(entries)


def test_positions_outside_a_tensor_are_undefined():
    assert scalar(x[N.size + 1])[0] is UNDEFINED
    assert scalar(Sum(x[u], (u, 0, 1)))[0] is UNDEFINED
    assert scalar(x[N.size / 5])[0] is UNDEFINED  # not an integer


def test_gather_by_integer_values():
    (c,) = named(c=integer(N))
    values, point, *_ = evaluated(Sum(x[c[u]], (u, 1, N.size)), key="gather")
    entries = [int(e) for e in point.values[c, ()][1]]
    data = point.values[x, ()][1]
    expected = sum((data[e - 1] for e in entries), fmpq(0)) if all(1 <= e <= 2 for e in entries) else UNDEFINED
    assert values[()] == expected or values[()] is expected


def test_infinite_sums_are_not_evaluable():
    with pytest.raises(NotEvaluableError):
        scalar(Sum(Rational(1, 2) ** u, (u, 1, Constant.of("oo"))))


def test_long_ranges_are_unknown():
    assert scalar(Sum(u, (u, 1, 10**6)))[0] is UNKNOWN


def test_deep_formulas_need_no_stack():
    (a,) = named(a=real())
    deep = a
    for _ in range(3000):
        deep = Neg.of(deep)
    value, point = deep_value(deep)
    assert value == point.values[a, ()][1][0]
    term = Let("t", a)
    for _ in range(1500):
        term = Let("t", term / 2 + a / 2)
    value, point = deep_value(term)
    assert value == point.values[a, ()][1][0]


def deep_value(core):
    point = Point(Names.of(core), "deep", {})
    return Evaluation(Reading(), point, BITS).table(core).values[0], point


# -- inverses


def test_inverse_and_determinant():
    (S,) = named(S=posdef(N, N))
    values, *_ = evaluated(Linear.of("inv", (S,)) @ S, sizes={N: 3})
    assert values == {(r, c): fmpq(int(r == c)) for r in (1, 2, 3) for c in (1, 2, 3)}
    value, point = scalar(Linear.of("det", (S,)))
    (s11, s12, s21, s22) = point.values[S, ()][1]
    assert value == s11 * s22 - s12 * s21


def test_a_singular_matrix_has_no_inverse():
    values, *_ = evaluated(Linear.of("inv", (A.T @ A,)), sizes={N: 1, K: 2})  # rank 1
    assert set(values.values()) == {UNDEFINED}


def test_inverse_of_a_matrix_of_balls():
    (S,) = named(S=posdef(N, N))
    values, *_ = evaluated(Linear.of("inv", (exp(S) + 0 * S,)) @ exp(S), sizes={N: 2})
    assert all(enclosure(value).overlaps(arb(int(r == c))) for (r, c), value in values.items())


# -- families, recurrences, functions, sequences


def test_families_have_the_shapes_of_their_members():
    layer = Index("l")
    d = DimFamily("d")
    (W,) = named(W=real(d[layer], d[layer - 1], family=layer))
    product_of_two = W[2] @ W[1]
    values, point, *_ = evaluated(product_of_two)
    sizes = {which[0]: int(entry[0].p) for (s, which), (_, entry) in point.values.items() if s is d.sizes}
    assert max(values) == (sizes[2], sizes[0])
    assert point.values[W, (2,)][0] == (sizes[2], sizes[1])
    second, first = (point.values[W, (m,)][1] for m in (2, 1))
    expected = sum((second[m] * first[m * sizes[0]] for m in range(sizes[1])), fmpq(0))
    assert values[1, 1] == expected


def test_a_recurrence_is_unrolled_exactly():
    t = Index("t")
    m, g = named(m=real(N, family=t), g=real(N, family=t))
    rule = recurrence(m, t, 0, m[t - 1] / 2 + g[t])
    values, point, *_ = evaluated(m[3], given=(rule,))
    steps = [point.values[g, (s,)][1] for s in (1, 2, 3)]
    for position in range(2):
        expected = steps[0][position] / 4 + steps[1][position] / 2 + steps[2][position]
        assert values[position + 1,] == expected
    before, *_ = evaluated(m[Neg.of(Number.of(1))], given=(rule,))
    assert set(before.values()) == {UNDEFINED}


def test_a_recurrence_that_leaves_its_domain_says_nothing():
    t = Index("t")
    (m,) = named(m=positive(family=t))
    assert scalar(m[2], given=(recurrence(m, t, 1, m[t - 1] - 1),))[0] is UNKNOWN


def test_undefined_functions_and_their_derivatives():
    f, a = named(f=function(), a=real())
    core = Call.of(f, (a,)) * 1
    point = Point(Names.of(core), "functions", {})
    smooth = point.function(f, 1)
    with ctx.workprec(BITS):
        step = fmpq(1, 10**12)
        for order in (0, 1, 2):
            low, high = (smooth.value(order, [fmpq(1, 3) + s]) for s in (-step, step))
            slope = (enclosure(high) - enclosure(low)) / (2 * step)
            assert abs(slope - enclosure(smooth.value(order + 1, [fmpq(1, 3)]))) < arb(10) ** -15
    assert str(smooth).startswith("x -> ")


def test_sequences_take_values_in_their_domain():
    d = DimFamily("d")
    value, _ = scalar(Sum(d[u].size, (u, 1, 4)))
    assert isinstance(value, fmpq)
    assert 4 <= int(value) <= 20


# -- information


def test_information_measures_agree_with_their_definition():
    X, Y, Z = named(X=variable(), Y=variable(), Z=variable())
    core = I(X, Y, given=(Z,)) + H(X, Y) + I(X, Y, Z)
    point = Point(Names.of(core), "law", {})
    table = {o: float(Fraction(str(q))) for o, q in point.joint("p").table.items()}

    def entropy(*where):
        out = {}
        for o, q in table.items():
            key = tuple(o[m] for m in where)
            out[key] = out.get(key, 0) + q
        return -sum(q * math.log(q) for q in out.values())

    x_, y_, z_ = (point.joint("p").variables.index(s) for s in (X, Y, Z))
    given_z = entropy(x_, z_) + entropy(y_, z_) - entropy(x_, y_, z_) - entropy(z_)
    plain = entropy(x_) + entropy(y_) - entropy(x_, y_)
    value = Evaluation(Reading(), point, BITS).table(core).values[0]
    assert float(enclosure(value)) == pytest.approx(given_z + entropy(x_, y_) + plain - given_z, abs=1e-12)


def test_laws_sum_to_one_and_contain_structure():
    X, Y, Z = named(X=variable(), Y=variable(), Z=variable())
    kinds = {"independent": I(X, Y), "chain": I(X, Z, given=(Y,)), "function": H(Y, given=(X,))}
    seen = dict.fromkeys(kinds, 0)
    for draw in range(40):
        point = Point(Names.of(*kinds.values()), f"law {draw}", {})
        assert sum(point.joint("p").table.values(), fmpq(0)) == 1
        for name, e in kinds.items():
            value = Evaluation(Reading(), point, BITS).table(e).values[0]
            seen[name] += isinstance(value, fmpq) and value == 0
    assert all(0 < count < 40 for count in seen.values()), seen


def test_precision_is_left_as_it_was():
    before = ctx.prec
    scalar(Sum(exp(x), N))
    assert ctx.prec == before


def test_fixed_values_are_not_drawn():
    core = index_form.entry(Sum(x, N))
    point = Point(Names.of(core), "fixed", {N: 2})
    put(point, x, ["1/3", "2/3"], (2,))
    assert Evaluation(Reading(), point, BITS).table(core).values[0] == 1
