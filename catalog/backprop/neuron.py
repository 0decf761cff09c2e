"""One neuron: a function of a weighted sum, and its derivatives in the input, the weights and the bias."""

from derive.entry import D, Dim, Entry, calc, eq, function, real, refute, sigmoid

N = Dim("N", index="i", doc="inputs")


class Neuron(Entry):
    """One neuron with any activation g: a gradient is the slope at the weighted sum times the other factor."""

    states = ("B1",)
    x = real(N, role="input", doc="input")
    w = real(N, role="parameter", doc="weights")
    b = real(role="parameter", doc="bias")
    g = function(doc="activation")

    z = w @ x + b
    f = g(z)

    dz = calc(D(f, z), eq(D(g)(z)))
    dx = calc(D(f, x), eq(D(g)(z) * w))
    dw = calc(D(f, w), eq(D(g)(z) * x))
    db = calc(D(f, b), eq(D(g)(z)))

    logistic = sigmoid(z)
    dw_logistic = calc(D(logistic, w), eq(logistic * (1 - logistic) * x), note="with the sigmoid")

    forgot_slope = refute(D(f, x), eq(w))
    swapped = refute(D(f, w), eq(D(g)(z) * w))
    slope_of_input = refute(D(f, b), eq(D(g)(b)))

    emits = ("logistic",)
