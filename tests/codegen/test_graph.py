"""The graph: what lowering makes of named terms, what is shared, and what the validator refuses."""

from dataclasses import replace

import pytest

from derive.chain.chain import Chain
from derive.codegen.graph.example import one_example
from derive.codegen.graph.graph import Axis, Graph, GraphError, Node, Operand
from derive.codegen.graph.lower import lower
from derive.codegen.graph.passes import run
from derive.codegen.graph.rules import GRAPH_RULES, NODE_RULES
from derive.codegen.rewrite.contraction import Contractions
from derive.entry import (
    Dim,
    Index,
    Mean,
    Prod,
    Rational,
    Sum,
    binary,
    exp,
    function,
    half,
    log,
    logsumexp,
    onehot,
    outer,
    real,
    relu,
    sigmoid,
    softmax,
    tr,
)  # fmt: skip
from derive.expr.build import D
from derive.expr.leaves import Let, Symbol
from derive.expr.node import Expr
from derive.expr.structure import Bound

N, B, F, K = Dim("N", index="i"), Dim("B"), Dim("F"), Dim("K")


def named(**symbols: Symbol) -> tuple[Symbol, ...]:
    for name, symbol in symbols.items():
        symbol.named(name)
    return tuple(symbols.values())


def graph_of(**terms: Expr) -> Graph:
    lets = [Let(name, e) for name, e in terms.items()]
    return lower(lets, lets[-1:], "test.entry")


x, w = named(x=real(N), w=real(N))
X, W = named(X=real(B, F), W=real(K, F))
z, T = named(z=real(B, K), T=onehot(B, K))


def test_a_term_is_a_node_of_its_name() -> None:
    assert repr(graph_of(loss=Sum((x - w) ** 2, N))).splitlines() == [
        "x[i] = input x",
        "w[i] = input w",
        "t1[i] = negate(w[i])",
        "t2[i] = add(x[i], t1[i])",
        "c1 = constant 2",
        "t3[i] = power(t2[i], c1)",
        "loss = sum(t3[i]) over i",
        "outputs: loss",
    ]


def test_every_node_knows_its_term() -> None:
    p = Let("p", sigmoid(x))
    graph = lower([p], [Let("loss", -Sum(log(p), N))], "loss.example")
    assert graph["p"].origin.text == "sigmoid(x)"
    assert {n.origin.entry for n in graph} == {"loss.example"}
    assert graph["loss"].origin == replace(graph["loss"].origin, term="loss", text="-Sum(log(p), N)")


def test_equal_terms_up_to_the_names_of_indices_are_one_node() -> None:
    graph = graph_of(loss=Sum(exp(x), N) * Sum(exp(x), N) + Sum(x + 1, N) + Sum(1 + x, N))
    assert [n.operation for n in graph].count("exp") == 1
    assert [n.name for n in graph if n.kind == "reduce"] == ["t1", "t4"]


def test_the_backward_terms_share_with_the_forward_terms() -> None:
    loss = Let("loss", -Sum(T * (z - logsumexp(z)), B, K) / B.size)
    chain = Chain(loss)
    (dz,) = chain.backward([z])
    graph = lower((loss, dz), (loss, dz), names=[Let("P", softmax(z))])
    assert [n.operation for n in graph].count("logsumexp") == 1
    assert graph["P"].operation == "exp"


def test_a_use_may_permute_repeat_and_broadcast() -> None:
    (A, v) = named(A=real(N, N), v=real(N))
    assert graph_of(Y=A.T)["Y"].operands == (Operand("A", ("i2", "i")),)
    assert graph_of(Y=outer(v, v))["Y"].operands == (Operand("v", ("i",)), Operand("v", ("i2",)))
    assert [n.operation for n in graph_of(trace=tr(A))] == ["", "diagonal", "sum"]


def test_a_dim_has_a_letter_of_its_own() -> None:
    one, other = Dim("Neurons", index="n"), Dim("Nodes", index="n")
    (a,) = named(a=real(one, other))
    assert graph_of(b=2 * a)["b"].labels == ("n", "n2")


def test_nested_sums_are_one_reduction() -> None:
    (reduction,) = [n for n in graph_of(total=Sum(X, B, F)) if n.kind == "reduce"]
    assert [a.label for a in reduction.reduced] == ["b", "f"]


def test_a_sum_of_a_product_is_contracted() -> None:
    graph = graph_of(Z=X @ W.T)
    contracted, changes = run(graph, [Contractions()])
    assert repr(contracted["Z"]) == "Z[b, k] = sum(X[b, f], W[k, f]) over f"
    assert [c.node for c in changes] == ["Z"]
    assert not Contractions().accepts(contracted)


def test_sums_over_parts() -> None:
    k = Index.along(N)
    part = Bound.of("sum", x[k], k, Rational(2), N.size)
    assert [n.operation for n in graph_of(s=part) if n.kind == "map"].count("where") == 2
    j = Index("j")
    assert [n.operation for n in graph_of(s=Sum(half**j, (j, 1, 3)))] == [
        "", "", "power", "", "power", "", "power", "add",
    ]  # fmt: skip


def test_a_body_without_the_index_is_counted() -> None:
    i = Index.along(N)
    assert graph_of(s=Bound.of("sum", Rational(2), i, Rational(1), N.size))["s"].operation == "multiply"
    assert graph_of(s=Bound.of("prod", Rational(2), i, Rational(1), N.size))["s"].operation == "power"


def test_a_slope_is_unfolded() -> None:
    assert graph_of(y=D(relu)(x))["y"].operation == "step"


def test_what_has_no_graph() -> None:
    (f,) = named(f=function())
    with pytest.raises(GraphError, match="has no graph"):
        graph_of(y=f(x))
    with pytest.raises(GraphError, match="computed position"):
        graph_of(y=x[1])


# -- the validator


GOOD = graph_of(y=2 * x + 1)


def broken(change) -> Graph:
    return Graph([change(node) for node in GOOD], GOOD.outputs)


def on(name: str, **changes):
    return lambda node: replace(node, **changes) if node.name == name else node


SQUARE = Node("A", "input", axes=(Axis("i", N), Axis("j", N)), value=named(A=real(N, N))[0])
NARROW = {"axes": (Axis("b", B), Axis("i", N)), "operands": (Operand("t1", ("b",)), Operand("c2"))}
BROKEN = {
    "every operand is a node of the graph": broken(on("y", operands=(Operand("nowhere", ("i",)),) * 2)),
    "no node depends on itself": broken(on("t1", operands=(Operand("c1"), Operand("y", ("i",))))),
    "every output is a node of the graph": Graph(GOOD, ["other"]),
    "a label means one dim throughout": broken(on("y", axes=(Axis("i", B),))),
    "the kind is one of": broken(on("y", kind="scan")),
    "the operation is known": broken(on("y", operation="addd")),
    "the operation has its number of operands": broken(on("y", operation="exp")),
    "a leaf, and nothing else, has a value of its kind": broken(on("x", value=B)),
    "no axis occurs twice": broken(on("y", axes=(Axis("i", N), Axis("i", N)))),
    "an operand has one label for every axis of its node": broken(on("t1", operands=(Operand("c1"), Operand("x")))),
    "every operand label is an axis of the node, or reduced": broken(on("y", axes=())),
    "the dims of an operand's labels are those of its axes": broken(on("y", **NARROW)),
    "reduced axes occur in the operands": broken(on("y", reduced=(Axis("b", B),))),
    "an operand has a label twice only in a diagonal": Graph(
        [SQUARE, Node("d", "map", "identity", (Operand("A", ("i", "i")),), (Axis("i", N),))], ["d"]
    ),
}


def test_every_rule_has_a_broken_graph() -> None:
    rules = [r.name for r in (*GRAPH_RULES, *NODE_RULES)]
    assert all(any(rule.startswith(name) for name in BROKEN) for rule in rules)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_graph_is_refused_by_name(name: str) -> None:
    with pytest.raises(GraphError, match=name):
        BROKEN[name].validate()


def test_two_nodes_of_one_name_are_refused() -> None:
    with pytest.raises(GraphError, match="two nodes are named y"):
        Graph([*GOOD, GOOD["y"]], ["y"])


# -- one example


def test_a_loss_per_element_is_taken_at_one_example() -> None:
    logit, label, scale = named(logit=real(N, K), label=binary(N), scale=real())
    loss = Let("loss", scale * label * logsumexp(logit, over=K))
    example = one_example([loss])
    assert example is not None
    assert [s.axes for s in example.symbols.values()] == [(), (), (K,)]
    assert example.outputs[0].axes == ()


@pytest.mark.parametrize("e", [x - Mean(x, N), x * N.size, x * Prod(x, N)])
def test_examples_that_depend_on_each_other_are_not_taken_apart(e: Expr) -> None:
    assert one_example([Let("loss", e)]) is None
