"""A perceptron of any depth: the forward pass, and both backward passes for a symbolic number of layers."""

from derive.entry import D, Dim, DimFamily, Entry, Index, Sum, calc, eq, function, layers, outer, real, refute

K = Dim("K", index="k", doc="hidden layers")
d = DimFamily("d", index="i")


class DeepMlp(Entry):
    """Backpropagation through K hidden layers: first through the activations, then into weights and biases."""

    title = "A perceptron of K layers: both backward passes"
    states = ("B3",)
    k = Index(dim=K)
    a = function(doc="activation")
    x = real(d[0], role="input", doc="input")
    t = real(d[K.size + 1], role="target", doc="target")
    beta = real(d[k + 1], family=k, role="parameter", doc="biases")
    Omega = real(d[k + 1], d[k], family=k, role="parameter", doc="weights")
    f = real(d[k], family=k, doc="before the activation")
    h = real(d[k], family=k, doc="after the activation")

    forward = layers(k, start={h: x}, step={f: beta[k - 1] + Omega[k - 1] @ h[k - 1], h: a(f[k])})
    y = beta[K.size] + Omega[K.size] @ h[K.size]
    loss = Sum((y - t) ** 2)

    dy = calc(D(loss, y), eq(2 * (y - t)))
    dh_last = calc(D(loss, h[K.size]), eq(Omega[K.size].T @ dy), note="pass 1 begins at the output")
    df = calc(D(loss, f[k]), eq(D(loss, h[k]) * D(a)(f[k])))
    dh = calc(
        D(loss, h[k - 1]),
        eq(Omega[k - 1].T @ D(loss, f[k])),
        eq(Omega[k - 1].T @ (D(loss, h[k]) * D(a)(f[k]))),
        note="pass 1: from layer k to the one below",
    )
    dx = calc(D(loss, x), eq(Omega[0].T @ D(loss, f[1])))

    dbeta = calc(D(loss, beta[k - 1]), eq(D(loss, f[k])), note="pass 2")
    dOmega = calc(D(loss, Omega[k - 1]), eq(outer(D(loss, f[k]), h[k - 1])), note="pass 2")
    dbeta_last = calc(D(loss, beta[K.size]), eq(dy), note="pass 2")
    dOmega_last = calc(D(loss, Omega[K.size]), eq(outer(dy, h[K.size])), note="pass 2")

    forgot_slope = refute(D(loss, h[k - 1]), eq(Omega[k - 1].T @ D(loss, h[k])))
    forgot_slope_in_weights = refute(D(loss, Omega[k - 1]), eq(outer(D(loss, h[k]), h[k - 1])))
    slope_too_early = refute(D(loss, f[k]), eq(D(loss, h[k]) * D(a)(h[k])))

    cites = ("Prince 2023, Understanding Deep Learning, section 7.4",)
