"""The graph Laplacian, in general and on a graph with eight nodes."""

from derive.entry import Dim, Entry, Expr, Index, Sum, calc, delta, diag, eq, ge, nonneg, ones, real, refute, symmetric

N = Dim("N", index="i", doc="nodes")
EDGES = ((1, 2), (2, 3), (2, 6), (3, 4), (3, 6), (3, 7), (4, 5), (5, 6), (6, 7), (7, 8))
DEGREES = (1, 3, 4, 2, 2, 4, 3, 1)


def joined(i: Index, j: Index) -> Expr:
    """1 if an edge joins two nodes of the example, else 0."""
    first, *rest = [delta(i, a) * delta(j, b) + delta(i, b) * delta(j, a) for a, b in EDGES]
    return sum(rest, first)


def degree(i: Index) -> Expr:
    """The number of edges at a node of the example."""
    first, *rest = [count * delta(i, node) for node, count in enumerate(DEGREES, start=1)]
    return sum(rest, first)


class Laplacian(Entry):
    """L = D − A with the degrees on the diagonal of D: rows sum to 0, and xᵀLx is a sum of squares over the edges."""

    title = "The graph Laplacian is positive semidefinite"
    states = ("P7",)
    A = symmetric(N, N, doc="adjacency matrix")
    x = real(N, doc="a number at every node")
    L = diag(A @ ones(N)) - A
    i, j = Index(dim=N), Index(dim=N)

    rows = calc(L @ ones(N), eq(0), note="rows sum to 0")
    energy = calc(
        x @ L @ x,
        eq(Sum(Sum(A[i, j] * (x[i] - x[j]) ** 2, (j, 1, N.size)), (i, 1, N.size)) / 2),
        note="every edge is counted twice",
    )
    counted_once = refute(x @ L @ x, eq(Sum(Sum(A[i, j] * (x[i] - x[j]) ** 2, (j, 1, N.size)), (i, 1, N.size))))
    plus = refute((diag(A @ ones(N)) + A) @ ones(N), eq(0))

    w = nonneg(N, N, doc="weights of edges")
    semidefinite = calc(Sum(Sum(w[i, j] * (x[i] - x[j]) ** 2, (j, 1, N.size)), (i, 1, N.size)) / 2, ge(0))

    node, other = Index(), Index()
    degrees = calc(Sum(joined(node, other), (other, 1, 8)), eq(degree(node)), note="the graph with eight nodes")
    edges = calc(Sum(degree(node), (node, 1, 8)) / 2, eq(10), note="every edge has two ends")
