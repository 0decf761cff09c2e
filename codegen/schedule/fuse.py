"""Which operations share a loop nest, and which intermediate values are stored.

A node with its own place in the schedule is an anchor: an output, a reduction, or a value worth storing. All else is
computed where it is used. A value is worth storing if it would otherwise be computed more than once at the same
position, by two stages or because a loop runs over axes that it does not have, and costs more than reading it back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from derive.codegen.graph.graph import Axis, Graph, Node
from derive.codegen.schedule.uniform import uniform

CHEAP = 4  # additions; computing this much again costs no more than a trip to memory
Place = tuple[str, tuple[str, ...]]  # a node at labels


@dataclass
class Group:
    """Anchors that will share a stage."""

    kept: tuple[Axis, ...]
    reduced: tuple[Axis, ...]
    stored: list[Node] = field(default_factory=list)  # at every position
    reductions: list[Node] = field(default_factory=list)
    finished: list[Node] = field(default_factory=list)  # at every position of `kept`, from the reductions
    alone: bool = False  # its loops have an order or passes of their own

    @property
    def anchors(self) -> tuple[Node, ...]:
        return (*self.stored, *self.reductions, *self.finished)


class Fusion:
    """The anchors of a graph, in groups; each group needs only itself and groups before it."""

    def __init__(self, graph: Graph, cost: Callable[[str], int]) -> None:
        self.graph = graph
        self.cost = cost
        self.uniform = uniform(graph)
        self.anchors = {n.name for n in graph if n.reduced} | set(graph.outputs)
        while more := self._spread() or self._repeated(self._grouped()):
            self.anchors |= more
        self.groups = self._grouped()

    def inlined(self, anchor: Node) -> Iterator[tuple[Place, bool]]:
        """The nodes that the loops of `anchor` compute or read, each where it is taken; True for those computed."""
        pending: list[Place] = [(o.node, o.labels) for o in anchor.operands]
        seen: set[Place] = set()
        while pending:
            place = pending.pop()
            if place in seen:
                continue
            seen.add(place)
            node = self.graph[place[0]]
            computed = node.kind == "map" and node.name not in self.anchors and node.name not in self.uniform
            yield place, computed
            if computed:
                there = dict(zip(node.labels, place[1], strict=True))
                pending += [(o.node, tuple(there[label] for label in o.labels)) for o in node.operands]

    def effort(self) -> dict[str, int]:
        """What it takes to compute each node from anchors and leaves."""
        found: dict[str, int] = {}
        for node in self.graph:
            inside = node.kind == "map" and node.name not in self.uniform
            below = sum(found[o.node] for o in node.operands if o.node not in self.anchors) if inside else 0
            found[node.name] = below + self.cost(node.operation) if inside else 0
        return found

    def _spread(self) -> set[str]:
        """Values that one loop nest would compute again and again: it runs over axes that they lack, or runs twice."""
        effort = self.effort()
        found: set[str] = set()
        for name in self.anchors:
            anchor = self.graph[name]
            space = {a.label for a in (*anchor.axes, *anchor.reduced)}
            limit = 0 if self.contracts(anchor) else CHEAP
            for (used, labels), computed in self.inlined(anchor):
                again = set(labels) < space or anchor.operation == "logsumexp"
                if computed and again and effort[used] > limit:
                    found.add(used)
        return self._outermost(found)

    def _outermost(self, names: set[str]) -> set[str]:
        """The names from which no other one is computed: once they are stored, the others may be computed only once."""
        below = {n for name in names for (n, _), computed in self.inlined(self.graph[name]) if computed}
        return names - below

    def contracts(self, anchor: Node) -> bool:
        """Whether an anchor sums products whose factors each lack some axis of its loops, as a matrix product."""
        if anchor.kind == "contract":
            return True
        if anchor.operation != "sum" or not anchor.reduced or not anchor.axes:
            return False
        product = self.graph[anchor.operands[0].node]
        space = len(anchor.axes) + len(anchor.reduced)
        return product.operation == "multiply" and all(len(o.labels) < space for o in product.operands)

    def _grouped(self) -> list[Group]:
        groups: list[Group] = []
        home: dict[str, int] = {}
        for node in self.graph:
            if node.name not in self.anchors:
                continue
            needs = [place for place, _ in self.inlined(node) if place[0] in self.anchors]
            first = max((home[name] for name, _ in needs), default=0)
            for k in range(first, len(groups)):
                if self._joins(node, groups[k], [place for place in needs if home[place[0]] == k]):
                    home[node.name] = k
                    break
            else:
                alone = self.contracts(node) or node.operation == "logsumexp"
                new = Group(node.axes, node.reduced, alone=alone)
                (new.reductions if node.reduced else new.stored).append(node)
                home[node.name] = len(groups)
                groups.append(new)
        return groups

    def _joins(self, node: Node, group: Group, needs: list[Place]) -> bool:
        """Put `node` into the group if its loops fit, and what it `needs` of the group is at hand when it runs."""
        in_place = all(labels == self.graph[name].labels for name, labels in needs)
        needed = {name for name, _ in needs}
        before, after = {n.name for n in group.stored}, {n.name for n in (*group.reductions, *group.finished)}
        kept, reduced = {a.label for a in group.kept}, {a.label for a in group.reduced}
        mine, over = set(node.labels), {a.label for a in node.reduced}
        if not in_place:
            return False
        if not over and reduced and mine == kept and needed and needed <= after:
            group.finished.append(node)
            return True
        if group.alone or self.contracts(node) or node.operation == "logsumexp" or not needed <= before:
            return False
        if not over and mine == kept | reduced:
            group.stored.append(node)
            return True
        if over and over == reduced and mine == kept:
            group.reductions.append(node)
            return True
        if over and not reduced and mine | over == kept:  # stores only, so far: now some axes are summed as well
            group.kept, group.reduced = node.axes, node.reduced
            group.reductions.append(node)
            return True
        return False

    def _repeated(self, groups: list[Group]) -> set[str]:
        """Values that several groups would compute, and that are worth storing: the costly, and the named."""
        effort = self.effort()
        where: dict[str, set[int]] = {}
        for k, group in enumerate(groups):
            for anchor in group.anchors:
                for (name, _), computed in self.inlined(anchor):
                    if computed:
                        where.setdefault(name, set()).add(k)
        found = {
            n for n, places in where.items() if len(places) > 1 and effort[n] > (0 if self.graph[n].named else CHEAP)
        }
        return self._outermost(found)
