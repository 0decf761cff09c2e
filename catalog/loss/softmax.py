"""Softmax and its potential, log-sum-exp: what they keep, their derivatives, and between what they lie."""

from derive.entry import (
    D,
    Dim,
    Entry,
    Max,
    Sum,
    calc,
    call,
    diag,
    eq,
    exp,
    hessian,
    jacobian,
    le,
    log,
    logsumexp,
    outer,
    real,
    refute,
    softmax,
    unit,
)

N, K = Dim("N", index="i", doc="examples"), Dim("K", index="k", doc="classes")


class Softmax(Entry):
    """Probabilities from scores: the gradient of log-sum-exp, which is a smooth and convex maximum."""

    title = "Softmax and log-sum-exp"
    states = ("C4",)
    Z = real(N, K, role="input", doc="scores, one example a row")
    z, x = real(K, doc="scores of one example"), real(K, doc="other scores")
    c = real(doc="shift, the same for all classes")
    t = unit(doc="weight of a mixture")

    shift = calc(softmax(z + c), eq(softmax(z)), note="only differences of scores matter")
    total = calc(Sum(softmax(z), K), eq(1))
    jacobi = calc(jacobian(softmax(z), z), eq(diag(softmax(z)) - outer(softmax(z), softmax(z))))
    gradient = calc(D(logsumexp(z), z), eq(softmax(z)), note="log-sum-exp is its potential")
    curvature = calc(hessian(logsumexp(z), z), eq(diag(softmax(z)) - outer(softmax(z), softmax(z))))
    shifted = calc(logsumexp(z + c), eq(logsumexp(z) + c))
    log_softmax = calc(log(softmax(z)), eq(z - logsumexp(z)))

    rows = logsumexp(Z, over=K)
    reduction = "none"
    rows_slope = calc(D(Sum(rows, N), Z), eq(softmax(Z, over=K)))

    above = calc(Max(z), le(logsumexp(z)))
    below = calc(logsumexp(z), le(Max(z) + log(K.size)))
    convex = calc(logsumexp(t * z + (1 - t) * x), le(t * logsumexp(z) + (1 - t) * logsumexp(x)))

    scale = refute(softmax(2 * z), eq(softmax(z)), note="the temperature matters")
    independent = refute(jacobian(softmax(z), z), eq(diag(softmax(z) * (1 - softmax(z)))))
    not_the_maximum = refute(logsumexp(z), le(Max(z)))
    unnormalised = refute(softmax(z), eq(exp(z)))

    oracle = call("torch.logsumexp", Z, 1)
    cites = ("Boyd and Vandenberghe 2004, Convex Optimization, section 3.1.5",)
    emits = ("rows",)
