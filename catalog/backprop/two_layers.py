"""A two-layer perceptron with squared loss: every gradient a chain of local factors with a common prefix."""

from derive.entry import D, Dim, Entry, Sum, calc, eq, outer, real, refute, relu

F, H, C = Dim("F", doc="inputs"), Dim("H", doc="hidden units"), Dim("C", index="k", doc="outputs")


class TwoLayers(Entry):
    """Three gradients share the factors from the loss down to the hidden layer: there is no need to recompute them."""

    title = "Two layers, squared loss: the shared prefix"
    states = ("B2",)
    x = real(F, role="input", doc="input")
    y = real(C, role="target", doc="target")
    W1, b1 = real(H, F, role="parameter", doc="first weights"), real(H, role="parameter", doc="first bias")
    W2 = real(C, H, role="parameter", doc="second weights")

    z = W1 @ x + b1
    h = relu(z)
    f = W2 @ h
    loss = Sum((y - f) ** 2, C)

    df = calc(D(loss, f), eq(-2 * (y - f)))
    dW2 = calc(D(loss, W2), eq(outer(df, h)))
    dh = calc(D(loss, h), eq(W2.T @ df))
    dz = calc(D(loss, z), eq(dh * D(relu)(z)))
    db1 = calc(D(loss, b1), eq(dz))
    dW1 = calc(D(loss, W1), eq(outer(dz, x)))

    forgot_slope = refute(D(loss, b1), eq(dh))
    forgot_slope_above = refute(D(loss, W1), eq(outer(W2.T @ df, x)))
    lost_two = refute(D(loss, f), eq(f - y))

    emits = ("loss",)
