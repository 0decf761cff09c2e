"""The maximum-likelihood recipe: six distributions, and the losses and gradients that follow from them."""

from derive.entry import (
    D,
    Dim,
    Entry,
    Prod,
    binary,
    calc,
    eq,
    exp,
    gamma_function,
    half,
    maximum_likelihood,
    nonneg,
    onehot,
    pi,
    positive,
    real,
    refute,
    sigmoid,
    softmax,
    unit,
)

N, K = Dim("N", index="i", doc="examples"), Dim("K", index="k", doc="classes")


class MaximumLikelihood(Entry):
    """Choose a distribution of the target and a link from the network output to its parameter: the loss follows."""

    title = "The maximum-likelihood recipe"
    states = ("L5",)
    f = real(N, role="input", doc="network output")
    F = real(N, K, role="input", doc="network outputs, one for each class")
    y = real(N, role="target", doc="a real target")
    b = binary(N, role="target", doc="a binary target")
    t = nonneg(N, role="target", doc="a waiting time, or a count")
    T = onehot(N, K, role="target", doc="a class, one-hot")
    sigma = positive(role="hyperparameter", default=1, doc="scale")

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
    identity_link = refute(D(bernoulli_loss, f), eq(f - b), note="the link counts")
    lost_rate = refute(exponential_loss, eq(t * exp(f)), note="the normalisation counts")

    cites = ("McCullagh and Nelder 1989, Generalized Linear Models, section 2.2",)
