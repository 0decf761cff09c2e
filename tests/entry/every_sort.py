"""One small entry for every sort and every way to bind or index: a user's own file, loaded as such."""

from derive.entry import (
    KL,
    D,
    Dim,
    DimFamily,
    E,
    Entry,
    H,
    I,
    Index,
    Sum,
    calc,
    counting,
    delta,
    eq,
    function,
    law,
    le,
    log,
    markov,
    nonneg,
    outcomes,
    real,
    recurrence,
    refute,
    simplex,
    unit,
    variable,
    where,
)

N, M = Dim("N", index="i"), Dim("M", index="j")


class IndexRange(Entry):
    """The sum of the first n integers, over an index range."""

    n = counting()
    k = Index()
    gauss = calc(Sum(k, (k, 1, n)), eq(n * (n + 1) / 2))
    off_by_one = refute(Sum(k, (k, 1, n)), eq(n * (n - 1) / 2))


class PartialSum(Entry):
    """An index that stops at another: positions i ≤ k."""

    x = real(N)
    n = N.size
    k = Index(dim=N)
    i = Index(dim=N)
    doubled = calc(Sum(2 * x[i], (i, 1, k)), eq(2 * Sum(x[i], (i, 1, k))))
    too_far = refute(Sum(x[i], (i, 1, k)), eq(Sum(x[i], (i, 1, n))))


class UndefinedFunction(Entry):
    """A function of which only its name is known."""

    f = function()
    x = real()
    twice = calc(f(x) + f(x), eq(2 * f(x)))
    product_rule = calc(D(f(x) ** 2, x), eq(2 * f(x) * D(f(x), x)))
    not_linear = refute(f(2 * x), eq(2 * f(x)))


class Expectation(Entry):
    """A distribution, and the expectation under it."""

    p = simplex(N)
    g = real(N)
    a = real()
    linear = calc(E(p, a * g), eq(a * E(p, g)))
    no_square = refute(E(p, g**2), eq(E(p, g) ** 2))


class RandomVariables(Entry):
    """Information measures of random variables."""

    X, Y = variable(), variable()
    shared = calc(I(X, Y), eq(H(X) + H(Y) - H(X, Y)))
    chain_rule = calc(H(X, Y), eq(H(X) + H(Y, given=(X,))))
    forgot_joint = refute(I(X, Y), eq(H(X) + H(Y)))


class Densities(Entry):
    """Laws of random variables, outcomes as numbers, and a structure of dependence."""

    X, Y, Z = variable(), variable(), variable()
    p, q = law(), law()
    x, y = outcomes(X, Y)
    given = (markov(X, Y, Z),)
    forgets = calc(p(Z, given=(X, Y)), eq(p(Z, given=Y)))
    evidence = calc(log(p(X)), eq(E(q(Y, given=X), log(p(X, Y) / q(Y, given=X))) + KL(q(Y, given=X), p(Y, given=X))))
    gibbs = calc(H(p(X)), le(H(p(X), q(X))))
    processing = calc(I(X, Z), le(I(X, Y)))
    product = calc(E(p(X) * q(Y), x * y), eq(E(p(X), x) * E(q(Y), y)))
    swapped = refute(E(p(X), log(p(X) / q(X))), eq(KL(q(X), p(X))))
    dependent = refute(E(p(X, Y), x * y), eq(E(p(X), x) * E(p(Y), y)))


d = DimFamily("d")


class Family(Entry):
    """A family of matrices W[l] whose sizes d[l] depend on the layer."""

    l = Index()
    W = real(d[l], d[l - 1], family=l)
    h = real(d[l], family=l)
    layer = calc(W[2] @ (h[1] + h[1]), eq(2 * (W[2] @ h[1])))
    wrong = refute(W[2] @ (h[1] + h[1]), eq(W[2] @ h[1]))


class GeometricRecurrence(Entry):
    """A sequence defined step by step, and its closed form."""

    t = Index()
    beta = unit()
    g = real()
    m = real(family=t)
    running = recurrence(m, t, start=0, step=beta * m[t - 1] + (1 - beta) * g)
    closed = calc(m[t], eq((1 - beta**t) * g))
    off = refute(m[t], eq((1 - beta ** (t + 1)) * g))


class Propositions(Entry):
    """Conditions, deltas and inequalities."""

    x = real()
    a = nonneg()
    v = real(N)
    i, j = Index(dim=N), Index(dim=N)
    absolute = calc(where(x > 0, x, -x), eq(where(x > 0, x, 0) + where(x > 0, 0, -x)))
    sifted = calc(Sum(delta(i, j) * v[i], i), eq(v[j]))
    square = calc(-a, le(x**2))
    wrong = refute(x**2, le(a))
