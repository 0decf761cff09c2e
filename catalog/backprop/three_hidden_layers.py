"""The perceptron of K layers at K = 3, written out: the same passes with a name for every tensor, and a program."""

from derive.entry import D, Dim, Entry, Sum, calc, eq, outer, real, refute, relu

I, H1, H2, H3, O = Dim("I"), Dim("H1", index="j"), Dim("H2", index="k"), Dim("H3", index="l"), Dim("O", index="o")


class ThreeHiddenLayers(Entry):
    """Backpropagation through three hidden layers of rectifiers: pass 1 the activations, pass 2 the parameters."""

    title = "Three hidden layers, written out"
    states = ("B3",)
    x = real(I, role="input", doc="input")
    t = real(O, role="target", doc="target")
    beta0, Omega0 = real(H1, role="parameter"), real(H1, I, role="parameter")
    beta1, Omega1 = real(H2, role="parameter"), real(H2, H1, role="parameter")
    beta2, Omega2 = real(H3, role="parameter"), real(H3, H2, role="parameter")
    beta3, Omega3 = real(O, role="parameter"), real(O, H3, role="parameter")

    f1 = beta0 + Omega0 @ x
    h1 = relu(f1)
    f2 = beta1 + Omega1 @ h1
    h2 = relu(f2)
    f3 = beta2 + Omega2 @ h2
    h3 = relu(f3)
    y = beta3 + Omega3 @ h3
    loss = Sum((y - t) ** 2)

    dy = calc(D(loss, y), eq(2 * (y - t)))
    df3 = calc(D(loss, f3), eq(D(relu)(f3) * (Omega3.T @ dy)))
    df2 = calc(D(loss, f2), eq(D(relu)(f2) * (Omega2.T @ df3)))
    df1 = calc(D(loss, f1), eq(D(relu)(f1) * (Omega1.T @ df2)))

    dbeta3 = calc(D(loss, beta3), eq(dy))
    dOmega3 = calc(D(loss, Omega3), eq(outer(dy, h3)))
    dbeta2 = calc(D(loss, beta2), eq(df3))
    dOmega2 = calc(D(loss, Omega2), eq(outer(df3, h2)))
    dbeta1 = calc(D(loss, beta1), eq(df2))
    dOmega1 = calc(D(loss, Omega1), eq(outer(df2, h1)))
    dbeta0 = calc(D(loss, beta0), eq(df1))
    dOmega0 = calc(D(loss, Omega0), eq(outer(df1, x)))

    forgot_slope = refute(D(loss, f2), eq(Omega2.T @ df3))
    one_layer_off = refute(D(loss, beta1), eq(D(relu)(f2) * h2))

    cites = ("Prince 2023, Understanding Deep Learning, section 7.4",)
    emits = ("loss",)
