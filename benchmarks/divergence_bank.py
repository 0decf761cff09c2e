"""Statements about divergences, cross-entropies and variational bounds whose truth is known: half of them are wrong.

The true ones are textbook results (Cover and Thomas 2006) and bounds from the papers that the comments name. The wrong
ones are their usual misprints: the arguments of a divergence swapped, a wrong marginal, a bound turned round, a premise
left out, a sign or a constant lost.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A statement with its premises and declarations, and whether it is true."""

    topic: str
    text: str
    true: bool
    given: tuple[str, ...] = ()
    where: str = ""


T = "T: function"
W = "w: function"
MIXED = (("m(x) = (p(x) + q(x))/2",), "m: law")
TWO_MIXED = (("m(x) = (p(x) + q(x))/2", "n(x) = (r(x) + v(x))/2"), "m, n, v: law")
FANO = ("e = P(X != Y)", "|X| <= K")
TWO_SAMPLES = "E_q(z|x)q(u|x)[log((p(x,z)/q(z|x) + p(x,u)/q(u|x))/2)]"
BOTTLENECK = ("Y -> X -> Z",)
TRADE = "I(Z;Y) - beta*I(Z;X) >= H(Y) + E_p(x,y)p(z|x)[log q(y|z)]"
ANY_MIXTURE = (("m(x) = t*p(x) + (1-t)*q(x)",), "m: law; t: unit")
CONTRASTIVE = ("H(S|X,J) = 0", "Y -> S -> X,J", "J _|_ X")

BANK = (
    # divergence and cross-entropy (Cover, Thomas 2006, ch. 2)
    Row("Gibbs", "KL(p(x)||q(x)) >= 0", True),
    Row("Gibbs", "KL(p(x)||q(x)) <= 0", False),
    Row("symmetry", "KL(p(x)||q(x)) = KL(q(x)||p(x))", False),
    Row("cross-entropy", "H(p(x), q(x)) = H(p(x)) + KL(p(x)||q(x))", True),
    Row("cross-entropy", "H(p(x), q(x)) = H(p(x)) + KL(q(x)||p(x))", False),
    Row("cross-entropy", "H(p(x), q(x)) = H(q(x)) + KL(p(x)||q(x))", False),
    Row("cross-entropy", "-E_p(x)[log q(x)] >= H(X)", True),
    Row("cross-entropy", "-E_p(x)[log q(x)] <= H(X)", False),
    Row("chain rule", "KL(p(x,y)||q(x,y)) = KL(p(x)||q(x)) + KL(p(y|x)||q(y|x) | p(x))", True),
    Row("chain rule", "KL(p(x,y)||q(x,y)) = KL(p(x)||q(x)) + KL(p(y|x)||q(y|x) | q(x))", False),
    Row("chain rule", "KL(p(x,y)||q(x,y)) = KL(p(x)||q(x)) + KL(p(y)||q(y))", False),
    Row("data processing", "KL(p(x,y)||q(x,y)) >= KL(p(y)||q(y))", True),
    Row("data processing", "KL(p(x,y)||q(x,y)) <= KL(p(y)||q(y))", False),
    Row("data processing", "KL(p(y)||q(y)) <= KL(p(x)||q(x))", True, ("p(y|x) = q(y|x)",)),
    Row("data processing", "KL(p(y)||q(y)) <= KL(p(x)||q(x))", False),
    Row("conditioning", "KL(p(y|x)||q(y|x) | p(x)) >= KL(p(y)||q(y))", True, ("p(x) = q(x)",)),
    Row("conditioning", "KL(p(y|x)||q(y|x) | p(x)) >= KL(p(y)||q(y))", False),
    Row("information", "I(X;Y) = KL(p(x,y)||p(x)p(y))", True),
    Row("information", "I(X;Y) = KL(p(x)p(y)||p(x,y))", False),
    Row("information", "I(X;Y) = E_p(x)[KL(p(y|x)||p(y))]", True),
    Row("information", "I(X;Y) <= E_p(x)[KL(p(y|x)||r(y))]", True),
    Row("information", "I(X;Y) >= E_p(x)[KL(p(y|x)||r(y))]", False),
    Row("two references", "E_p(x)[log(q(x)/r(x))] = KL(p(x)||r(x)) - KL(p(x)||q(x))", True),
    Row("two references", "E_p(x)[log(q(x)/r(x))] = KL(p(x)||q(x)) - KL(p(x)||r(x))", False),
    Row("triangle", "KL(p(x)||r(x)) <= KL(p(x)||q(x)) + KL(q(x)||r(x))", False),
    Row("product", "KL(p(x)p(y)||q(x)q(y)) = KL(p(x)||q(x)) + KL(p(y)||q(y))", True),
    Row("product", "KL(p(x,y)||q(x)q(y)) = KL(p(x)||q(x)) + KL(p(y)||q(y))", False),
    Row("product", "KL(p(x,y)||q(x)q(y)) = I(X;Y) + KL(p(x)||q(x)) + KL(p(y)||q(y))", True),
    # pointwise identities
    Row("Bayes", "p(z|x) = p(x|z)*p(z)/p(x)", True),
    Row("Bayes", "p(z|x) = p(x|z)*p(x)/p(z)", False),
    Row("Markov", "p(x,y,z) = p(x)*p(y|x)*p(z|y)", True, ("p(z|x,y) = p(z|y)",)),
    Row("Markov", "p(x,y,z) = p(x)*p(y|x)*p(z|y)", False),
    # evidence lower bound (Jordan et al. 1999; Kingma, Welling 2014)
    Row("ELBO", "log p(x) = E_q(z|x)[log(p(x,z)/q(z|x))] + KL(q(z|x)||p(z|x))", True),
    Row("ELBO", "log p(x) = E_q(z|x)[log(p(x,z)/q(z|x))] + KL(p(z|x)||q(z|x))", False),
    Row("ELBO", "log p(x) >= E_q(z|x)[log p(x|z)] - KL(q(z|x)||p(z))", True),
    Row("ELBO", "log p(x) <= E_q(z|x)[log p(x|z)] - KL(q(z|x)||p(z))", False),
    Row("ELBO", "log p(x) >= E_q(z|x)[log p(x|z)] + KL(q(z|x)||p(z))", False),
    Row("ELBO", "log p(x) >= E_q(z|x)[log p(x|z)]", False),
    Row("ELBO", "E_p(x)[log p(x)] >= E_p(x)q(z|x)[log p(x,z) - log q(z|x)]", True),
    Row("ELBO", "E_p(x)[log p(x)] <= E_p(x)q(z|x)[log p(x,z) - log q(z|x)]", False),
    Row("hierarchical ELBO", "log p(x) >= E_q(z,w|x)[log(p(x,z,w)/q(z,w|x))]", True),
    Row("hierarchical ELBO", "log p(x) >= E_q(z|x)q(w|z)[log p(x,z,w) - log q(z|x) - log q(w|z)]", True),
    Row("hierarchical ELBO", "log p(x) >= E_q(z|x)q(w|z)[log p(x,z,w) - log q(z|x)]", True),
    Row("hierarchical ELBO", "log p(x) >= E_q(z|x)q(w|z)[log p(x,z,w) - log q(z|x) - 2*log q(w|z)]", False),
    Row("importance", "log p(x) = log E_q(z|x)[p(x,z)/q(z|x)]", True, ("q(z|x) > 0",)),
    Row("importance", "log p(x) = log E_q(z|x)[p(x,z)/q(z|x)]", False),
    Row("importance", "log p(x) >= log E_q(z|x)[p(x,z)/q(z|x)]", True),
    Row("evidence", "log p(x) >= E_p(z)[log p(x|z)]", True),
    Row("evidence", "log p(x) <= E_p(z)[log p(x|z)]", False),
    # ELBO surgery (Hoffman, Johnson 2016)
    Row("surgery", "E_p(x)[KL(q(z|x)||p(z))] = I_q(X;Z) + KL(q(z)||p(z))", True, ("q(x) = p(x)",)),
    Row("surgery", "E_p(x)[KL(q(z|x)||p(z))] = I_q(X;Z) + KL(q(z)||p(z))", False),
    Row("surgery", "E_p(x)[KL(q(z|x)||p(z))] = I_q(X;Z) + KL(p(z)||q(z))", False, ("q(x) = p(x)",)),
    # Barber, Agakov 2003; golden formula
    Row("Barber-Agakov", "I(X;Y) >= H(X) + E_p(x,y)[log q(x|y)]", True),
    Row("Barber-Agakov", "I(X;Y) >= H(Y) + E_p(x,y)[log q(x|y)]", False),
    Row("Barber-Agakov", "I(X;Y) <= H(X) + E_p(x,y)[log q(x|y)]", False),
    Row("Barber-Agakov", "I(X;Y) = H(X) + E_p(x,y)[log q(x|y)] + E_p(y)[KL(p(x|y)||q(x|y))]", True),
    Row("Barber-Agakov", "I(X;Y) <= E_p(x,y)[log(p(y|x)/r(y))]", True),
    Row("Barber-Agakov", "I(X;Y) <= E_p(x,y)[log(p(y|x)/r(x))]", False),
    Row("golden formula", "I(X;Y) = E_p(x,y)[log(p(y|x)/r(y))] - KL(p(y)||r(y))", True),
    Row("golden formula", "I(X;Y) = E_p(x,y)[log(p(y|x)/r(y))] + KL(p(y)||r(y))", False),
    # information bottleneck (Tishby et al. 1999), variational (Alemi et al. 2017)
    Row("bottleneck", "I(Z;Y) <= I(Z;X)", True, BOTTLENECK),
    Row("bottleneck", "I(Z;Y) <= I(Z;X)", False),
    Row("bottleneck", "I(Z;Y) >= H(Y) + E_p(x,y)p(z|x)[log q(y|z)]", True, BOTTLENECK),
    Row("bottleneck", "I(Z;Y) >= H(Y) + E_p(x,y)p(z|x)[log q(y|z)]", False),
    Row("bottleneck", "I(Z;X) <= E_p(x)p(z|x)[log(p(z|x)/r(z))]", True),
    Row("bottleneck", "I(Z;X) >= E_p(x)p(z|x)[log(p(z|x)/r(z))]", False),
    Row(
        "bottleneck",
        "I(Z;Y) - 1/2 I(Z;X) >= H(Y) + E_p(x,y)p(z|x)[log q(y|z)] - 1/2*E_p(x)[KL(p(z|x)||r(z))]",
        True,
        BOTTLENECK,
    ),
    Row(
        "bottleneck",
        "I(Z;Y) - 1/2 I(Z;X) >= H(Y) + E_p(x,y)p(z|x)[log q(y|z)] + 1/2*E_p(x)[KL(p(z|x)||r(z))]",
        False,
        BOTTLENECK,
    ),
    Row("bottleneck", f"{TRADE} - beta*E_p(x)[KL(p(z|x)||r(z))]", True, BOTTLENECK, "beta: nonneg"),
    Row("bottleneck", f"{TRADE} + beta*E_p(x)[KL(p(z|x)||r(z))]", False, BOTTLENECK, "beta: nonneg"),
    Row("bottleneck", f"{TRADE} - beta*E_p(x)[KL(p(z|x)||r(z))]", False, BOTTLENECK, "beta: real"),
    Row("beta-VAE", "log p(x) >= E_q(z|x)[log p(x|z)] - beta*KL(q(z|x)||p(z))", True, ("beta >= 1",)),
    Row("beta-VAE", "log p(x) >= E_q(z|x)[log p(x|z)] - beta*KL(q(z|x)||p(z))", False, ("beta >= 0",)),
    # InfoNCE with an index J (van den Oord et al. 2018; Poole et al. 2019)
    Row("InfoNCE", "I(S;Y) >= H(J) + E_p(j,x,y)[log q(j|x,y)]", True, CONTRASTIVE),
    Row("InfoNCE", "I(S;Y) >= H(J) + E_p(j,x,y)[log q(j|x,y)]", False, CONTRASTIVE[:2]),
    Row("InfoNCE", "I(S;Y) <= H(J) + E_p(j,x,y)[log q(j|x,y)]", False, CONTRASTIVE),
    Row("InfoNCE", "I(X;Y) >= E_p(x,y)[T(x,y)] - E_p(y)[log E_p(x)[exp(T(x,y))]]", True, (), T),
    # InfoGAN (Chen et al. 2016), empowerment (Mohamed, Rezende 2015), BALD (Houlsby et al. 2011)
    Row("InfoGAN", "I(C;X) >= H(C) + E_p(c,x)[log q(c|x)]", True),
    Row("InfoGAN", "I(C;X) >= H(X) + E_p(c,x)[log q(c|x)]", False),
    Row("empowerment", "I(A;T|S) >= H(A|S) + E_p(s,a,t)[log q(a|s,t)]", True),
    Row("empowerment", "I(A;T|S) >= H(A) + E_p(s,a,t)[log q(a|s,t)]", False),
    Row("BALD", "I(Y;W|X) = H(Y|X) - E_p(x,w)[H(p(y|x,w))]", True),
    Row("BALD", "I(Y;W|X) = H(Y) - E_p(x,w)[H(p(y|x,w))]", False),
    # Donsker, Varadhan 1983; Nguyen, Wainwright, Jordan 2010; Belghazi et al. 2018
    Row("Donsker-Varadhan", "I(X;Y) >= E_p(x,y)[T(x,y)] - log E_p(x)p(y)[exp(T(x,y))]", True, (), T),
    Row("Donsker-Varadhan", "I(X;Y) >= E_p(x)p(y)[T(x,y)] - log E_p(x,y)[exp(T(x,y))]", False, (), T),
    Row("Donsker-Varadhan", "I(X;Y) <= E_p(x,y)[T(x,y)] - log E_p(x)p(y)[exp(T(x,y))]", False, (), T),
    Row("Donsker-Varadhan", "I(X;Y) >= E_p(x,y)[T(x,y)] - E_p(x)p(y)[T(x,y)]", False, (), T),
    Row("Donsker-Varadhan", "KL(p(x)||q(x)) >= E_p(x)[T(x)] - log E_q(x)[exp(T(x))]", True, (), T),
    Row("Donsker-Varadhan", "KL(p(x)||q(x)) >= E_q(x)[T(x)] - log E_p(x)[exp(T(x))]", False, (), T),
    Row("NWJ", "I(X;Y) >= E_p(x,y)[T(x,y)] - E_p(x)p(y)[exp(T(x,y) - 1)]", True, (), T),
    Row("NWJ", "I(X;Y) >= E_p(x,y)[T(x,y)] - E_p(x)p(y)[exp(T(x,y) - 2)]", False, (), T),
    Row("NWJ", "KL(p(x)||q(x)) >= 1 + E_p(x)[T(x)] - E_q(x)[exp(T(x))]", True, (), T),
    Row("NWJ", "KL(p(x)||q(x)) >= 2 + E_p(x)[T(x)] - E_q(x)[exp(T(x))]", False, (), T),
    Row("Jensen", "log E_q(z)[w(z)] >= E_q(z)[log w(z)]", True, (), W),
    Row("Jensen", "log E_q(z)[w(z)] <= E_q(z)[log w(z)]", False, (), W),
    # mixtures (Lin 1991)
    Row("Jensen-Shannon", "JS(p(x), q(x)) <= log(2)", True),
    Row("Jensen-Shannon", "JS(p(x), q(x)) <= log(2)/2", False),
    Row("Jensen-Shannon", "JS(p(x), q(x)) >= 0", True),
    Row("Jensen-Shannon", "JS(p(x), q(x)) <= 1/2*KL(p(x)||q(x)) + 1/2*KL(q(x)||p(x))", True),
    Row("Jensen-Shannon", "JS(p(x), q(x)) >= 1/2*KL(p(x)||q(x)) + 1/2*KL(q(x)||p(x))", False),
    Row("concavity", "H(m(x)) >= 1/2*H(p(x)) + 1/2*H(q(x))", True, MIXED[0], MIXED[1]),
    Row("concavity", "H(m(x)) <= 1/2*H(p(x)) + 1/2*H(q(x))", False, MIXED[0], MIXED[1]),
    Row("concavity", "H(m(x)) <= 1/2*H(p(x)) + 1/2*H(q(x)) + log(2)", True, MIXED[0], MIXED[1]),
    Row(
        "convexity",
        "KL(m(x)||r(x)) <= 1/3*KL(p(x)||r(x)) + 2/3*KL(q(x)||r(x))",
        True,
        ("m(x) = p(x)/3 + 2*q(x)/3",),
        "m: law",
    ),
    Row(
        "convexity",
        "KL(m(x)||r(x)) <= 2/3*KL(p(x)||r(x)) + 1/3*KL(q(x)||r(x))",
        False,
        ("m(x) = p(x)/3 + 2*q(x)/3",),
        "m: law",
    ),
    Row("convexity", "KL(m(x)||n(x)) <= 1/2*KL(p(x)||r(x)) + 1/2*KL(q(x)||v(x))", True, TWO_MIXED[0], TWO_MIXED[1]),
    Row("convexity", "KL(m(x)||n(x)) >= 1/2*KL(p(x)||r(x)) + 1/2*KL(q(x)||v(x))", False, TWO_MIXED[0], TWO_MIXED[1]),
    Row("concavity", "H(m(x)) >= t*H(p(x)) + (1-t)*H(q(x))", True, ANY_MIXTURE[0], ANY_MIXTURE[1]),
    Row("concavity", "H(m(x)) >= (1-t)*H(p(x)) + t*H(q(x))", False, ANY_MIXTURE[0], ANY_MIXTURE[1]),
    Row("concavity", "H(m(x)) <= t*H(p(x)) + (1-t)*H(q(x)) + h(t)", True, ANY_MIXTURE[0], ANY_MIXTURE[1]),
    Row("convexity", "KL(m(x)||r(x)) <= t*KL(p(x)||r(x)) + (1-t)*KL(q(x)||r(x))", True, ANY_MIXTURE[0], ANY_MIXTURE[1]),
    Row(
        "convexity", "KL(m(x)||r(x)) >= t*KL(p(x)||r(x)) + (1-t)*KL(q(x)||r(x))", False, ANY_MIXTURE[0], ANY_MIXTURE[1]
    ),
    # total variation and chi-square (Tsybakov 2009, section 2.4)
    Row("Pinsker", "KL(p(x)||q(x)) >= 2*TV(p(x), q(x))**2", True),
    Row("Pinsker", "KL(p(x)||q(x)) >= 4*TV(p(x), q(x))**2", False),
    Row("Pinsker", "I(X;Y) >= 2*TV(p(x,y), p(x)p(y))**2", True),
    Row("chi-square", "KL(p(x)||q(x)) <= chi2(p(x)||q(x))", True),
    Row("chi-square", "KL(p(x)||q(x)) <= 1/4*chi2(p(x)||q(x))", False),
    # Fano (Cover, Thomas 2006, theorem 2.10.1)
    # the values of Y need not be among those of X, so that K - 1 is too little
    Row("Fano", "H(X|Y) <= h(e) + e*log(K)", True, FANO, "K: counting"),
    Row("Fano", "H(X|Y) <= h(P(X != Y)) + P(X != Y)*log(3)", True, ("|X| <= 3",)),
    Row("Fano", "H(X|Y) <= h(P(X != Y))", False, ("|X| <= 2",)),
    Row("Fano", "H(X|Y) <= 1/2*h(P(X != Y)) + P(X != Y)*log(2)", False, ("|X| <= 2",)),
    # importance weights (Burda et al. 2016), two samples
    Row("IWAE", f"log p(x) >= {TWO_SAMPLES}", True),
    Row("IWAE", f"log p(x) <= {TWO_SAMPLES}", False),
    Row("IWAE", f"{TWO_SAMPLES} >= 1/2*E_q(z|x)[log(p(x,z)/q(z|x))] + 1/2*E_q(u|x)[log(p(x,u)/q(u|x))]", True),
    Row("IWAE", f"{TWO_SAMPLES} <= 1/2*E_q(z|x)[log(p(x,z)/q(z|x))] + 1/2*E_q(u|x)[log(p(x,u)/q(u|x))]", False),
    # distillation (Hinton et al. 2015): the student's cross-entropy against the teacher
    Row("distillation", "-E_p(x,y)[log q(y|x)] = H(Y|X) + E_p(x)[KL(p(y|x)||q(y|x))]", True),
    Row("distillation", "-E_p(x,y)[log q(y|x)] = H(Y) + E_p(x)[KL(p(y|x)||q(y|x))]", False),
)
