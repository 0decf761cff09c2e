"""Permutations of nodes and of hidden units: what is invariant, and what moves with them."""

from derive.entry import Dim, Entry, Index, Sum, calc, eq, eye, function, ones, permutation, real, refute, tanh

N, M, F = Dim("N", index="i", doc="nodes"), Dim("M", index="k", doc="hidden units"), Dim("F", index="f", doc="features")


class Permutation(Entry):
    """P permutes the nodes of a graph with adjacency matrix A and features X, one row a node: A ↦ PAPᵀ, X ↦ PX."""

    title = "Permutation invariance and equivariance"
    states = ("P7",)
    P = permutation(N, N)
    A = real(N, N, doc="adjacency matrix")
    X = real(N, F, doc="features")

    summed = calc(ones(N) @ (P @ X), eq(ones(N) @ X), note="a sum over nodes is invariant")
    moved = calc((P @ A @ P.T) @ (P @ X), eq(P @ (A @ X)), note="message passing is equivariant")
    forgot_adjacency = refute(A @ (P @ X), eq(P @ (A @ X)))

    i, j = Index(dim=N), Index(dim=N)
    phi = function(doc="features of one element")
    x = real(N, doc="a set of numbers")
    deep_sets = calc(
        Sum(Sum(P[i, j] * phi(x[j]), (j, 1, N.size)), (i, 1, N.size)),
        eq(Sum(phi(x[j]), (j, 1, N.size))),
        note="Deep Sets: a sum over the elements does not know their order",
    )
    weighted = refute(
        Sum(Sum(i * P[i, j] * phi(x[j]), (j, 1, N.size)), (i, 1, N.size)), eq(Sum(j * phi(x[j]), (j, 1, N.size)))
    )

    lam, gamma = real(tex=r"\lambda"), real()
    layer = lam * eye(N) + gamma * ones(N, N)
    equivariant = calc(layer @ (P @ x), eq(P @ (layer @ x)), note="λI + γ11ᵀ is an equivariant layer")

    Q = permutation(M, M, doc="a permutation of hidden units")
    W, b = real(M, F, doc="weights into the hidden units"), real(M, doc="their biases")
    v = real(M, doc="weights out of them")
    u = real(F, doc="input")
    hidden = calc(
        (Q @ v) @ tanh((Q @ W) @ u + Q @ b),
        eq((Q @ v) @ (Q @ tanh(W @ u + b)), note="an entrywise map moves with the units"),
        eq(v @ tanh(W @ u + b)),
        note="permuting the hidden units leaves the network as it is",
    )
    flipped = calc((-v) @ tanh((-W) @ u - b), eq(v @ tanh(W @ u + b)), note="so does flipping their signs: tanh is odd")
    flipped_in_only = refute(v @ tanh((-W) @ u - b), eq(v @ tanh(W @ u + b)))

    cites = ("Zaheer et al. 2017, arXiv:1703.06114, theorem 2 and lemma 3",)
