"""What does not vary over elements: numbers passed by value, and what is computed from them alone.

These are computed once, in double precision whatever the precision of the arrays: 1 - beta with beta = 0.999 rounded to
float first has lost four of its seven digits.
"""

from __future__ import annotations

from derive.codegen.graph.graph import Graph, Node

NAMED = {"add": "_plus_", "multiply": "_times_", "divide": "_over_", "power": "_to_"}
LONGEST = 40


def by_value(node: Node) -> bool:
    """Whether an input is a plain number: a hyperparameter or a counter, and not one entry of a tensor."""
    return node.kind == "input" and not node.axes and node.symbol.role in ("hyperparameter", "")


def uniform(graph: Graph) -> frozenset[str]:
    """The nodes that depend on plain numbers, sizes and constants alone."""
    found: set[str] = set()
    for node in graph:
        if (
            node.kind in ("constant", "size")
            or by_value(node)
            or (node.kind == "map" and not node.axes and all(o.node in found for o in node.operands))
        ):
            found.add(node.name)
    return frozenset(found)


def coefficients(graph: Graph) -> tuple[Node, ...]:
    """The uniform nodes that others use and that take computing, from something that is not a constant."""
    alike = uniform(graph)
    computed: set[str] = set()
    for node in graph:
        if node.name in alike and (
            by_value(node) or node.kind == "size" or any(o.node in computed for o in node.operands)
        ):
            computed.add(node.name)

    def used(node: Node) -> bool:
        """Whether elements are computed from it; a changed sign is no computing."""
        users = graph.users(node.name)
        return any(u.name not in alike or (u.operation == "negate" and used(u)) for u in users)

    wanted = (n for n in graph if n.name in computed and n.kind == "map" and n.operation != "negate")
    return tuple(n for n in wanted if n.name in graph.outputs or used(n))


def readable_names(graph: Graph) -> dict[str, str]:
    """Names for coefficients that the author did not name: 1 - beta1 becomes one_minus_beta1."""
    words: dict[str, str] = {}
    taken = {node.name for node in graph}
    renamed: dict[str, str] = {}
    wanted = {node.name for node in coefficients(graph)}
    for node in graph:
        if node.name not in uniform(graph):
            continue
        words[node.name] = _words(graph, node, words)
        name = words[node.name]
        if (
            node.name in wanted
            and not node.named
            and name.isidentifier()
            and name not in taken
            and len(name) <= LONGEST
        ):
            renamed[node.name] = name
            taken.add(name)
    return renamed


def _words(graph: Graph, node: Node, words: dict[str, str]) -> str:
    if node.named:
        return node.name
    if node.kind == "constant":
        value = node.number
        spelled = {1: "one", 2: "two", 3: "three", 4: "four", -1: "minus_one"}
        return str(node.value) if value is None else spelled.get(int(value), "?") if value.denominator == 1 else "?"
    if node.kind == "size":
        return node.name
    parts = [words[o.node] for o in node.operands]
    if node.operation == "negate":
        return f"minus_{parts[0]}"
    if node.operation in NAMED:
        return NAMED[node.operation].join(parts).replace("_plus_minus_", "_minus_")
    return "_".join((node.operation, *parts))
