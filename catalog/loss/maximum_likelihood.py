"""The maximum-likelihood recipe: six distributions, and the losses and gradients that follow from them."""

from derive import rules as r
from derive.entry import (
    KL,
    D,
    Dim,
    Entry,
    H,
    Mean,
    Prod,
    Sum,
    binary,
    calc,
    cross_entropy,
    eq,
    exp,
    gamma_function,
    half,
    log,
    maximum_likelihood,
    nonneg,
    onehot,
    pi,
    positive,
    real,
    refute,
    same_argmin,
    sigmoid,
    simplex,
    softmax,
    unit,
)

N, K = Dim("N", index="i", doc="examples"), Dim("K", index="k", doc="classes")


class MaximumLikelihood(Entry):
    """Choose a distribution of the target and a link from the network output to its parameter: the loss follows."""

    title = "The maximum-likelihood recipe"
    states = ("L4", "L5")
    f = real(N, role="input", doc="network output")
    F = real(N, K, role="input", doc="network outputs, one for each class")
    y = real(N, role="target", doc="a real target")
    b = binary(N, role="target", doc="a binary target")
    t = nonneg(N, role="target", doc="a waiting time, or a count")
    T = onehot(N, K, role="target", doc="a class, one-hot")
    sigma = positive(role="hyperparameter", default=1, doc="scale")

    z = real(K, doc="parameters of a model of the classes alone")
    data = simplex(K, doc="shares of the classes in the data")

    mu = real(N, doc="mean or median")
    pi_ = unit(N, doc="probability of success")
    Pi = positive(N, K, doc="probabilities of the classes")
    lambda_ = positive(N, doc="rate")

    normal = (2 * pi * sigma**2) ** -half * exp(-((y - mu) ** 2) / (2 * sigma**2))
    laplace = exp(-abs(y - mu) / sigma) / (2 * sigma)
    bernoulli = pi_**b * (1 - pi_) ** (1 - b)
    categorical = Prod(Pi**T, K)
    poisson = exp(-lambda_) * lambda_**t / gamma_function(t + 1)
    exponential = lambda_ * exp(-lambda_ * t)

    normal_loss, normal_slope = maximum_likelihood(normal, {mu: f}, wrt=f)
    laplace_loss, laplace_slope = maximum_likelihood(laplace, {mu: f}, wrt=f)
    bernoulli_loss, bernoulli_slope = maximum_likelihood(bernoulli, {pi_: sigmoid(f)}, wrt=f)
    categorical_loss, categorical_slope = maximum_likelihood(categorical, {Pi: softmax(F, over=K)}, wrt=F)
    poisson_loss, poisson_slope = maximum_likelihood(poisson, {lambda_: exp(f)}, wrt=f)
    exponential_loss, exponential_slope = maximum_likelihood(exponential, {lambda_: exp(f)}, wrt=f)

    residual = calc(D(bernoulli_loss, f), eq(sigmoid(f) - b), note="mean minus target")
    shares = Mean(T, N)
    model = softmax(z, over=K)
    likelihood = Prod(Prod(model**T, K), N)
    log_likelihood = calc(
        -likelihood,
        same_argmin(-Sum(log(Prod(model**T, K)), N), wrt=z, by=r.increasing_map),
        note="largest likelihood, largest log-likelihood",
    )
    empirical = calc(
        -Sum(log(Prod(model**T, K)), N),
        eq(-Sum(T * log(model), N, K)),
        eq(-N.size * Sum(shares * log(model), K), note="the mean over the data is a mean under their shares"),
        eq(N.size * (-Sum(shares * log(model), K))),
        same_argmin(-Sum(shares * log(model), K), wrt=z, by=r.increasing_map, note="a cross-entropy"),
    )
    divergence = calc(
        cross_entropy(data, model),
        eq(H(data) + KL(data, model)),
        same_argmin(KL(data, model), wrt=z, by=r.increasing_map, note="the entropy of the data is not the model's"),
    )

    identity_link = refute(D(bernoulli_loss, f), eq(f - b), note="the link counts")
    swapped = refute(cross_entropy(data, model), eq(H(data) + KL(model, data)))
    lost_rate = refute(exponential_loss, eq(t * exp(f)), note="the normalisation counts")

    cites = ("McCullagh and Nelder 1989, Generalized Linear Models, section 2.2",)
