"""The backward sweep of any feed-forward network, with penalties: the algorithm is proved to give the gradients."""

from derive.entry import (
    D,
    Dim,
    DimFamily,
    Entry,
    Index,
    Rational,
    Sum,
    calc,
    eq,
    function,
    half,
    layers,
    nonneg,
    outer,
    real,
    refute,
    sweep,
)

L = Dim("L", index="l", doc="layers")
n = DimFamily("n", index="i")


class Sweep(Entry):
    """Backward from the output: times the slope, read off both gradients, times the transposed weights."""

    title = "The general backward sweep"
    states = ("B4",)
    l = Index(dim=L)
    a = function(doc="activation")
    x = real(n[0], role="input", doc="input")
    y = real(n[L.size], role="target", doc="target")
    b = real(n[l], family=l, role="parameter", doc="biases")
    W = real(n[l], n[l - 1], family=l, role="parameter", doc="weights")
    alpha = nonneg(role="hyperparameter", doc="weight of the penalty")
    f = real(n[l], family=l, doc="before the activation")
    h = real(n[l], family=l, doc="after the activation")
    R = real(family=l, doc="penalty of the first layers")

    forward = layers(
        l,
        start={h: x, R: Rational(0)},
        step={
            f: b[l] + W[l] @ h[l - 1],
            h: a(f[l]),
            R: R[l - 1] + half * (Sum(b[l] ** 2) + Sum(W[l] ** 2)),
        },
    )
    error = Sum((h[L.size] - y) ** 2)
    J = error + alpha * R[L.size]

    g = real(n[l], family=l, doc="gradient on its way down")
    delta = real(n[l], family=l, doc="after the slope")
    backward = sweep(l, start={g: D(error, h[L.size])}, step={delta: g[l] * D(a)(f[l]), g: W[l].T @ delta[l]})

    dR = calc(D(J, R[l]), eq(alpha), note="a penalty is passed on unchanged")
    dh = calc(D(J, h[l - 1]), eq(g[l - 1]), note="the sweep carries the gradient of the activations")
    df = calc(D(J, f[l]), eq(delta[l]))
    db = calc(D(J, b[l]), eq(delta[l] + alpha * b[l]), note="read off the gradient of the bias")
    dW = calc(D(J, W[l]), eq(outer(delta[l], h[l - 1]) + alpha * W[l]), note="read off the gradient of the weights")
    dx = calc(D(J, x), eq(g[0]))

    no_penalty = refute(D(J, W[l]), eq(outer(delta[l], h[l - 1])))
    before_the_slope = refute(D(J, b[l]), eq(g[l] + alpha * b[l]))
    layer_off_by_one = refute(D(J, h[l - 1]), eq(W[l].T @ g[l]))

    cites = ("Goodfellow, Bengio and Courville 2016, Deep Learning, algorithm 6.4",)
