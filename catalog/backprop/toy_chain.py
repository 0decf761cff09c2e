"""The scalar toy chain: sine, exponential and cosine between four affine steps, and all eight gradients."""

from derive.entry import D, Entry, calc, cos, eq, exp, real, refute, sin

RANGE = (-4, 4)  # for the program: the exponential of more leaves every format, and the cosine of infinity is no number


class ToyChain(Entry):
    """Eight gradients of a scalar chain: what comes back at each step is one factor, shared by all below it."""

    title = "The toy chain: eight gradients, one backward pass"
    states = ("B5",)
    x = real(role="input", doc="input", within=RANGE)
    y = real(role="target", doc="target", within=RANGE)
    beta0, beta1, beta2, beta3 = (real(role="parameter", within=RANGE) for _ in range(4))
    omega0, omega1, omega2, omega3 = (real(role="parameter", within=RANGE) for _ in range(4))

    f0 = beta0 + omega0 * x
    h1 = sin(f0)
    f1 = beta1 + omega1 * h1
    h2 = exp(f1)
    f2 = beta2 + omega2 * h2
    h3 = cos(f2)
    f3 = beta3 + omega3 * h3
    loss = (f3 - y) ** 2

    df3 = calc(D(loss, f3), eq(2 * (f3 - y)))
    dh3 = calc(D(loss, h3), eq(df3 * omega3))
    df2 = calc(D(loss, f2), eq(-dh3 * sin(f2)))
    dh2 = calc(D(loss, h2), eq(df2 * omega2))
    df1 = calc(D(loss, f1), eq(dh2 * exp(f1)))
    dh1 = calc(D(loss, h1), eq(df1 * omega1))
    df0 = calc(D(loss, f0), eq(dh1 * cos(f0)))

    dbeta3 = calc(D(loss, beta3), eq(df3))
    domega3 = calc(D(loss, omega3), eq(df3 * h3))
    dbeta2 = calc(D(loss, beta2), eq(df2))
    domega2 = calc(D(loss, omega2), eq(df2 * h2))
    dbeta1 = calc(D(loss, beta1), eq(df1))
    domega1 = calc(D(loss, omega1), eq(df1 * h1))
    dbeta0 = calc(D(loss, beta0), eq(df0))
    domega0 = calc(D(loss, omega0), eq(df0 * x))

    forgot_minus = refute(D(loss, f2), eq(dh3 * sin(f2)))
    forgot_inner = refute(D(loss, beta0), eq(dh1))

    cites = ("Prince 2023, Understanding Deep Learning, section 7.3",)
    emits = ("loss",)
