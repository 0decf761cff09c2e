"""Saturation: the slope of the sigmoid is at most a quarter, vanishes far out, and multiplies up over depth."""

from derive.entry import (
    D,
    Dim,
    Entry,
    Index,
    Limit,
    Rational,
    Variable,
    calc,
    eq,
    ge,
    half,
    layers,
    le,
    oo,
    real,
    refute,
    sigmoid,
    unit,
)

K = Dim("K", index="k", doc="layers")


class Saturation(Entry):
    """A sigmoid layer shrinks the gradient to a quarter or less, times its weight: over many layers it vanishes."""

    title = "Saturation and vanishing gradients"
    states = ("B13",)
    z = real(doc="before the activation")
    s = Variable()
    least = calc(D(sigmoid(z), z), ge(0))
    most = calc(D(sigmoid(z), z), eq(sigmoid(z) * (1 - sigmoid(z))), le(Rational(1, 4)))
    right = calc(Limit(sigmoid(s) * (1 - sigmoid(s)), s, oo), eq(0), note="far to the right the slope vanishes")
    left = calc(Limit(sigmoid(s) * (1 - sigmoid(s)), s, -oo), eq(0), note="and far to the left")

    k = Index(dim=K)
    x, y = real(role="input"), real(role="target")
    w, b = real(family=k, role="parameter", doc="weights"), real(family=k, role="parameter", doc="biases")
    f, h = real(family=k, doc="before the activation"), real(family=k, doc="after the activation")
    forward = layers(k, start={h: x}, step={f: b[k] + w[k] * h[k - 1], h: sigmoid(f[k])})
    loss = (h[K.size] - y) ** 2 / 2

    layer = calc(
        D(loss, h[k - 1]), eq(D(loss, h[k]) * h[k] * (1 - h[k]) * w[k]), note="one layer of a chain of neurons"
    )
    shrinks = calc(
        abs(D(loss, h[k - 1])), le(abs(D(loss, h[k])) * abs(w[k]) / 4), note="shrinks by four, times the weight"
    )

    q = unit(doc="factor of every layer, such as |w|/4")
    m = real(family=k, doc="a signal that every layer multiplies by q")
    damping = layers(k, start={m: x}, step={m: q * m[k - 1]})
    end = m[K.size]
    depth = calc(D(end, m[k]), eq(q ** (K.size - k)), note="over many layers the factors multiply up")
    vanishes = calc(Limit(q**s, s, oo), eq(0), note="and their product vanishes")

    half_is_most = refute(D(sigmoid(z), z), eq(half))
    shrinks_by_five = refute(abs(D(loss, h[k - 1])), le(abs(D(loss, h[k])) * abs(w[k]) / 5))
    one_factor_too_many = refute(D(end, m[k]), eq(q ** (K.size - k + 1)))
