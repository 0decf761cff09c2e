"""Squared error: the best prediction is the conditional mean, and what it leaves is the conditional variance."""

from derive.entry import E, Entry, Var, calc, eq, function, ge, law, outcomes, refute, variable


class LeastSquaresRisk(Entry):
    """The risk of a prediction is its distance from the conditional mean, and noise that no prediction can remove."""

    title = "The risk of squared error"
    states = ("L8",)
    X, Y = variable(doc="input"), variable(doc="target, a number")
    x, y = outcomes(X, Y)
    p = law()
    f = function(doc="any prediction")

    mean = E(p(Y, given=X), y)
    noise = E(p(X), Var(p(Y, given=X), y))
    risk = E(p(X, Y), (y - f(x)) ** 2)

    residual = calc(E(p(X, Y), (f(x) - mean) * (y - mean)), eq(0), note="the residual has mean 0 at every x")
    parts = calc(
        risk,
        eq(E(p(X, Y), ((y - mean) - (f(x) - mean)) ** 2)),
        eq(E(p(X, Y), (y - mean) ** 2) - 2 * E(p(X, Y), (f(x) - mean) * (y - mean)) + E(p(X, Y), (f(x) - mean) ** 2)),
        eq(E(p(X), (f(x) - mean) ** 2) + noise),
    )
    distance = calc(E(p(X), (f(x) - mean) ** 2), ge(0), note="so no prediction has a risk below the noise")
    attained = calc(E(p(X, Y), (y - mean) ** 2), eq(noise), note="so the conditional mean is the best prediction")
    total_variance = calc(Var(p(Y), y), eq(noise + Var(p(X), mean)), note="the law of total variance")
    tower = calc(E(p(X), mean), eq(E(p(Y), y)))

    forgot_noise = refute(risk, eq(E(p(X), (f(x) - mean) ** 2)))
    better_than_mean = refute(noise, ge(risk), note="another prediction is worse")
    wrong_noise = refute(risk, eq(E(p(X), (f(x) - mean) ** 2) + Var(p(Y), y)))

    cites = ("Hastie, Tibshirani, Friedman 2009, The Elements of Statistical Learning, section 2.4",)
