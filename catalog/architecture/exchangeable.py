"""Exchangeable data of an exponential family: what is seen counts by its number and the sum of its statistics."""

from derive.entry import Dim, Entry, Prod, Sum, calc, eq, exp, permutation, positive, real, refute

M = Dim("M", index="m", doc="observations")
K = Dim("K", index="k", doc="values of the parameter")
J = Dim("J", index="j", doc="sufficient statistics")


class Exchangeable(Entry):
    """Under a conjugate prior the marginal of the data is, up to ∏h, a function of their number and of Σφ only."""

    title = "Exchangeable data and a conjugate prior"
    states = ("P14",)
    phi = real(M, J, role="input", doc="sufficient statistics φ(x) of every observation")
    h = positive(M, doc="base measure h(x) of every observation")
    eta = real(K, J, doc="natural parameters, of which the prior is a mixture")
    A = real(K, doc="log-partition function at each of them")
    chi = real(J, doc="statistics of the prior")
    nu = positive(doc="number of observations that the prior is worth")
    P = permutation(M, M, doc="another order of the data")

    total = Sum(phi, M)
    prior = exp(eta @ chi - nu * A) / Sum(exp(eta @ chi - nu * A), K)
    likelihood = Prod(h * exp(eta @ phi.T - A), M)
    marginal = Sum(prior * likelihood, K)
    by_statistics = Sum(exp(eta @ (chi + total) - (nu + M.size) * A), K) / Sum(exp(eta @ chi - nu * A), K)

    conjugate = calc(
        marginal,
        eq(Prod(h, M) * Sum(prior * exp(eta @ total - M.size * A), K)),
        eq(Prod(h, M) * by_statistics),
        note="∏h apart, the data count by their number M and by Σφ",
    )
    reordered_statistics = calc(Sum(P @ phi, M), eq(total), note="in any order")
    reordered_base = calc(Sum(P @ h, M), eq(Sum(h, M)))

    forgot_number = refute(
        marginal, eq(Prod(h, M) * Sum(exp(eta @ (chi + total) - nu * A), K) / Sum(exp(eta @ chi - nu * A), K))
    )
    mean_statistics = refute(marginal, eq(Prod(h, M) * by_statistics / M.size))
    forgot_base = refute(marginal, eq(by_statistics), note="∏h counts")

    cites = ("Diaconis and Ylvisaker 1979, doi:10.1214/aos/1176344611",)
