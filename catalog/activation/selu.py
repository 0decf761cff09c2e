"""SELU: the ELU that keeps a standard normal input at mean 0 and variance 1."""

from derive.entry import (
    D,
    Dim,
    Entry,
    Integral,
    Limit,
    Rational,
    Variable,
    calc,
    call,
    eq,
    exp,
    gt,
    half,
    normal_cdf,
    normal_pdf,
    oo,
    pi,
    positive,
    real,
    refute,
    sqrt,
    tanh,
    where,
)

N = Dim("N", index="i", doc="units")


class Selu(Entry):
    """Its two constants are chosen so that mean 0 and variance 1 go over into mean 0 and variance 1."""

    title = "SELU and its fixed point"
    states = ("P2",)
    z = real(N, role="input", doc="before the activation")
    alpha = positive(
        role="hyperparameter", default=Rational(16732632423543773, 10**16), doc="where it saturates, over the scale"
    )
    lam = positive(role="hyperparameter", default=Rational(10507009873554805, 10**16), doc="scale", tex=r"\lambda")

    a = lam * where(z > 0, z, alpha * (exp(z) - 1))
    reduction = "none"

    slope = calc(D(a, z), eq(lam * where(z > 0, 1, alpha * exp(z))))
    above = calc(a, gt(-lam * alpha))
    stable = calc(a, eq(lam * where(z > 0, z, alpha * tanh(z / 2) * (exp(z) + 1))))

    x = Variable()
    tail_one = exp(half) * normal_cdf(Rational(-1))
    tail_two = exp(Rational(2)) * normal_cdf(Rational(-2))
    alpha_0 = 1 / (sqrt(2 * pi) * (half - tail_one))
    lam_0 = 1 / sqrt(half + alpha_0**2 * (tail_two - 2 * tail_one + half))
    mean = calc(
        Integral(lam * where(x > 0, x, alpha * (exp(x) - 1)) * normal_pdf(x), x, -oo, oo),
        eq(lam * (1 / sqrt(2 * pi) + alpha * (tail_one - half))),
    )
    second_moment = calc(
        Integral((lam * where(x > 0, x, alpha * (exp(x) - 1))) ** 2 * normal_pdf(x), x, -oo, oo),
        eq(lam**2 * (half + alpha**2 * (tail_two - 2 * tail_one + half))),
    )
    mean_zero = calc(
        (lam * (1 / sqrt(2 * pi) + alpha * (tail_one - half))).at(alpha=alpha_0), eq(0), note="the fixed point: mean 0"
    )
    variance_one = calc(
        (lam**2 * (half + alpha**2 * (tail_two - 2 * tail_one + half))).at(alpha=alpha_0, lam=lam_0),
        eq(1),
        note="and variance 1",
    )
    left = calc(Limit(lam * alpha * (exp(x) - 1), x, -oo), eq(-lam * alpha))

    elu_is_enough = refute((half + alpha**2 * (tail_two - 2 * tail_one + half)).at(alpha=alpha_0), eq(1))

    oracle = call("torch.nn.functional.selu", z).when(
        alpha=Rational(16732632423543773, 10**16), lam=Rational(10507009873554805, 10**16)
    )
    cites = ("Klambauer et al. 2017, Self-normalizing neural networks, arXiv:1706.02515, eq. 14",)
    emits = ("a",)
