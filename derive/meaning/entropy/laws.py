"""The trusted laws about measures of information, by the name under which a verdict reports them."""

CHAIN_RULE = "chain rule of entropy"
INFORMATION = "I(X;Y|Z) >= 0"
ENTROPY = "H(X|Y) >= 0"
DIVERGENCE = "KL(p||q) >= 0"
PREMISE = "premise"
COPY = "copy lemma"
LEMMA = "lemma"

MEASURE_LAWS = {  # name -> what it says, and who says so
    CHAIN_RULE: (
        "H(X,Y) = H(X) + H(Y|X); I(X;Y|Z) = H(X|Z) + H(Y|Z) - H(X,Y|Z); p(x,y) = p(x)*p(y|x)",
        "Shannon 1948, A mathematical theory of communication, section 6",
    ),
    INFORMATION: ("for all distributions and densities", "Cover, Thomas 2006, theorem 2.6.3"),
    ENTROPY: ("for discrete variables of finite entropy", "Cover, Thomas 2006, lemma 2.1.1"),
    DIVERGENCE: ("Gibbs' inequality, in the mean over the law of p", "Cover, Thomas 2006, theorem 2.6.3"),
    COPY: (
        "for sets A, C of variables there is a copy A' with (A',C) distributed as (A,C) and I(A';rest|C) = 0",
        "Zhang, Yeung 1998, doi:10.1109/18.681320; Dougherty, Freiling, Zeger 2011, arXiv:1104.3602",
    ),
}
