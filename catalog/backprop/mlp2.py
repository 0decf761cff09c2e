"""Two-layer perceptron: the backward pass, one named intermediate at a time."""

from derive import rules as r
from derive.entry import D, Dim, Entry, Sum, calc, call, eq, log, onehot, real, refute, relu, softmax

B = Dim("B", index="i", doc="examples of the batch")
F, H, C = Dim("F", doc="features"), Dim("H", doc="hidden units"), Dim("C", index="k", doc="classes")


class Mlp2(Entry):
    """Backpropagation through two affine layers, a rectifier and softmax cross-entropy; a batch of rows."""

    title = "Two-layer perceptron: the backward pass"
    states = ("B2",)
    X = real(B, F, role="input", doc="features, one example a row")
    T = onehot(B, C, role="target", doc="class of each example, one-hot")
    W1, b1 = real(H, F, role="parameter", doc="first weights"), real(H, role="parameter", doc="first bias")
    W2, b2 = real(C, H, role="parameter", doc="second weights"), real(C, role="parameter", doc="second bias")

    Z1 = X @ W1.T + b1
    A1 = relu(Z1)
    Z2 = A1 @ W2.T + b2
    P = softmax(Z2, over=C)
    loss = -Sum(T * log(P), B, C) / B.size

    dZ2 = calc(D(loss, Z2), eq((P - T) / B.size, by=(r.chain, r.softmax_cross_entropy, r.rows_sum_to_one(T))))
    dW2 = calc(D(loss, W2), eq(dZ2.T @ A1, by=r.adjoint_of_product))
    db2 = calc(D(loss, b2), eq(Sum(dZ2, B), by=r.adjoint_of_broadcast))
    dA1 = calc(D(loss, A1), eq(dZ2 @ W2, by=r.adjoint_of_product))
    dZ1 = calc(D(loss, Z1), eq(dA1 * D(relu)(Z1), by=r.adjoint_of_map))
    dW1 = calc(D(loss, W1), eq(dZ1.T @ X, by=r.adjoint_of_product))
    db1 = calc(D(loss, b1), eq(Sum(dZ1, B), by=r.adjoint_of_broadcast))

    forgot_relu = refute(D(loss, W1), eq(dA1.T @ X))

    oracle = call("torch.nn.functional.cross_entropy", Z2, T)
    cites = ("Rumelhart, Hinton and Williams 1986, Learning representations by back-propagating errors",)
    emits = ("loss",)
