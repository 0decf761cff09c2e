"""A residual block: the identity in its Jacobian lets the gradient pass."""

from derive.entry import D, Dim, Entry, calc, eq, eye, function, jacobian, real, refute, relu

N, H = Dim("N", index="i", doc="width of the block"), Dim("H", index="k", doc="width inside the block")


class Residual(Entry):
    """What a block adds to its input adds to the identity: whatever the block does, the gradient reaches the input."""

    title = "Residual block"
    states = ("B10",)
    x = real(N, role="input", doc="input")
    v = real(N, role="input", doc="gradient from above")
    W1, b1 = real(H, N, role="parameter", doc="first weights"), real(H, role="parameter", doc="first bias")
    W2, b2 = real(N, H, role="parameter", doc="second weights"), real(N, role="parameter", doc="second bias")
    a = function(doc="activation")

    F = W2 @ a(W1 @ x + b1) + b2
    y = F + x
    loss = v @ y

    slope = calc(jacobian(y, x), eq(eye(N) + jacobian(F, x)), note="the Jacobian of the block")
    gradient = calc(D(loss, x), eq(v + jacobian(F, x).T @ v), note="backward: the gradient from above, and more")
    through_block = calc(D(loss, F), eq(v))

    rectified = v @ (W2 @ relu(W1 @ x + b1) + b2 + x)
    gradient_rectified = calc(
        D(rectified, x), eq(v + W1.T @ (D(relu)(W1 @ x + b1) * (W2.T @ v))), note="with rectifiers inside"
    )

    without_identity = refute(jacobian(y, x), eq(jacobian(F, x)))
    not_transposed = refute(D(loss, x), eq(v + jacobian(F, x) @ v))

    cites = ("He, Zhang, Ren and Sun 2016, Deep residual learning for image recognition, arXiv:1512.03385",)
    emits = ("rectified",)
