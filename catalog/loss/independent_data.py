"""Independent data: a product of probabilities becomes a sum of losses."""

from derive import rules as r
from derive.entry import Dim, Entry, Prod, Sum, calc, eq, log, positive, refute

N = Dim("N", index="i", doc="observations")


class IndependentData(Entry):
    """The negative log-likelihood of independent observations is the sum of their negative log-likelihoods."""

    title = "Independent data: the loss is a sum"
    states = ("L1",)
    p = positive(N, doc="probability or density of every observation under the model")

    likelihood = Prod(p, N)
    nll = calc(-log(likelihood), eq(-Sum(log(p), N), by=(r.definition, r.log_of_product)))
    per_observation = calc(-log(likelihood) / N.size, eq(-Sum(log(p), N) / N.size), note="so is the mean")

    sum_inside = refute(-log(likelihood), eq(-log(Sum(p, N))))
    product_outside = refute(-log(likelihood), eq(-Prod(log(p), N)))

    cites = ("Fisher 1922, On the mathematical foundations of theoretical statistics, section 6",)
