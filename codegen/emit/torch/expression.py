"""A graph as assignments: one line for each named term, and for what is used twice; the rest stands inside a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from derive.codegen.emit.torch import names
from derive.codegen.emit.torch.axes import Code, aligned, einsum, keeps, raised, reduced
from derive.codegen.emit.torch.table import ATOM, COMPARISON, PRODUCT, ROWS, SIGN, SUM, NotAvailable, Row
from derive.codegen.graph.graph import Graph, GraphError, Node, Operand
from derive.expr.dims import Dim

WIDTH = 80  # of the right side of an assignment
SHORT = 12  # what is no longer is not taken out of a long line


@dataclass(frozen=True)
class Line:
    """``target = code``, for a node of the graph; `reads` are the nodes whose variables stand in the code."""

    node: str
    target: str
    code: str
    reads: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.target} = {self.code}"


@dataclass
class Writer:
    """Writes the nodes of a graph.

    `batched` are the inputs with leading axes that the graph does not know (one value for each example). `sizes` gives
    the code of the size of a dim, `like` a tensor whose dtype and device new tensors take.
    """

    graph: Graph
    like: str
    batched: frozenset[str] = frozenset()
    sizes: Mapping[Dim, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)  # node -> Python name
    _numbers: dict[str, bool] = field(default_factory=dict)
    _leading: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node in self.graph.inputs:
            self.variables.setdefault(node.name, names.variable(node.name))

    def lines(self, outputs: Sequence[str], known: Iterable[str] = ()) -> list[Line]:
        """Assignments after which every output is a variable; nodes in `known` are variables already."""
        for name in known:
            self.variables.setdefault(name, names.variable(name))
        known = {*known, *(n.name for n in self.graph.inputs)}
        needed = self._needed(outputs, known)
        uses = {n: sum(o.node == n for user in needed for o in self.graph[user].operands) for n in needed}
        out: list[Line] = []
        for node in self.graph:
            if node.name not in needed or node.name in known or node.name in self.variables:
                continue
            if node.name in outputs or node.named or (uses[node.name] > 1 and not self._simple(node)):
                out += self._assignment(node)
        return out

    def code(self, name: str) -> Code:
        """The code of a node: its variable if it has one."""
        if name in self.variables:
            return Code(self.variables[name])
        return self._written(self.graph[name])

    def is_number(self, name: str) -> bool:
        """Whether a node is a Python number: it depends on no tensor."""
        if name not in self._numbers:
            node = self.graph[name]
            if node.kind == "input":
                self._numbers[name] = not node.axes and node.symbol.role in ("hyperparameter", "")
            elif node.axes or (isinstance(ROWS.get(node.operation), Row) and not _row(node.operation).number):
                self._numbers[name] = False
            else:
                self._numbers[name] = all(self.is_number(o.node) for o in node.operands)
        return self._numbers[name]

    # -- lines

    def _needed(self, outputs: Iterable[str], known: set[str]) -> set[str]:
        needed: set[str] = set()
        pending = list(outputs)
        while pending:
            name = pending.pop()
            if name not in needed:
                needed.add(name)
                if name not in known:
                    pending += [o.node for o in self.graph[name].operands]
        return needed

    def _simple(self, node: Node) -> bool:
        """What is as short as a name for it."""
        if node.kind in ("constant", "size") or not node.operands:
            return node.kind != "position"
        return node.operation == "negate" and self.graph[node.operands[0].node].named

    def _assignment(self, node: Node) -> list[Line]:
        """The line of a node; parts of it get lines of their own if it would be too long."""
        before: list[Line] = []
        code = self._written(node)
        while len(code.text) > WIDTH:
            part = self._longest_part(node)
            if part is None:
                break
            before += self._assignment(part)
            code = self._written(node)
        if self._is_truth(node.name):
            code = self._as_number(code)
        target, reads = self._variable(node), frozenset(self._reads(node))
        self.variables[node.name] = target
        return [*before, Line(node.name, target, code.text, reads)]

    def _reads(self, node: Node) -> Iterator[str]:
        for o in node.operands:
            if o.node in self.variables:
                yield o.node
            else:
                yield from self._reads(self.graph[o.node])

    def _longest_part(self, node: Node) -> Node | None:
        """What to take out of a long line: the longest part that gets a telling name, else the longest operand."""
        if node.operation == "negate" and node.operands[0].node not in self.variables:
            return self._longest_part(self.graph[node.operands[0].node])
        inner = [n for n in self._inside(node) if len(self.code(n.name).text) > SHORT]
        telling = [n for n in inner if self._wish(n)]
        direct = {o.node for o in node.operands}
        return max(
            telling or [n for n in inner if n.name in direct], key=lambda n: len(self.code(n.name).text), default=None
        )

    def _inside(self, node: Node) -> Iterator[Node]:
        """The nodes that are written inside the line of a node."""
        for o in node.operands:
            if o.node not in self.variables:
                yield self.graph[o.node]
                yield from self._inside(self.graph[o.node])

    def _variable(self, node: Node) -> str:
        if node.named:
            return names.variable(node.name)
        wish = self._wish(node)
        taken = {*self.variables.values(), *(names.variable(n.name) for n in self.graph if n.named)}
        if not wish or wish in taken:
            wish = next(t for n in range(1, len(self.graph) + 2) if (t := f"t{n}") not in taken)
        return names.variable(wish)

    def _wish(self, node: Node) -> str:
        """A telling name: of an operation on one named term, or on minus one."""
        if len(node.operands) != 1 or node.operation == "negate":
            return ""
        inner, minus = self.graph[node.operands[0].node], ""
        if inner.operation == "negate":
            inner, minus = self.graph[inner.operands[0].node], "minus_"
        return f"{node.operation}_{minus}{inner.name}" if inner.named else ""

    # -- nodes

    def _written(self, node: Node) -> Code:
        match node.kind:
            case "constant":
                if node.number is None:
                    return Code(names.CONSTANTS[str(node.value)])
                text, quotient = names.number(node.number)
                return Code(text, PRODUCT if quotient else SIGN if node.number < 0 else ATOM)
            case "size":
                return Code(self._size(node.value))
            case "position":
                return Code(f"torch.arange(1, {self._size(node.value)} + 1, {self._kind()})")
            case "reduce":
                labels = self._summed_axes(node)
                return self._over(node, self._summand(node, labels), labels)
            case "contract":
                return self._contracted(node)
        match node.operation:
            case "add":
                return self._sum(node)
            case "multiply":
                return Code(" * ".join(self._factors(node)), PRODUCT)
            case "negate":
                return self._negated(node.operands[0], node)
            case "divide":
                above, below = self._parts(node)
                if self.graph[node.operands[1].node].kind == "size":  # a mean; that of nothing is 0
                    below = Code(f"max({below.text}, 1)")
                return Code(f"{above.at(PRODUCT)} / {below.at(SIGN)}", PRODUCT)
            case "power":
                return self._power(node)
            case "identity":
                return self._spread(node)
            case "diagonal":
                return self._diagonal(node)
        return self._call(node)

    def _parts(self, node: Node) -> list[Code]:
        return [self._operand(o, node.labels) for o in node.operands]

    def _sum(self, node: Node) -> Code:
        if (small := self._exp_minus_one(node)) is not None:
            return small
        first, *rest = node.operands
        out = self._operand(first, node.labels).at(SUM)
        for o in rest:
            inner = self.graph[o.node]
            if inner.number is not None and inner.number < 0:
                out += f" - {names.number(-inner.number)[0]}"
            elif inner.operation == "negate" and o.node not in self.variables:
                here = dict(zip(inner.labels, o.labels, strict=True))
                under = Operand(inner.operands[0].node, tuple(here[x] for x in inner.operands[0].labels))
                out += f" - {self._operand(under, node.labels).at(PRODUCT)}"
            else:
                out += f" + {self._operand(o, node.labels).at(PRODUCT)}"
        return Code(out, SUM)

    def _exp_minus_one(self, node: Node) -> Code | None:
        """exp(x) - 1, which would cancel for a small x."""
        if len(node.operands) != 2:
            return None
        for one, other in (node.operands, node.operands[::-1]):
            inner, added = self.graph[one.node], self.graph[other.node]
            unit = self.graph[added.operands[0].node].number if added.operation == "negate" else None
            if inner.operation == "exp" and not self.is_number(one.node) and (added.number == -1 or unit == 1):
                here = dict(zip(inner.labels, one.labels, strict=True))
                under = Operand(inner.operands[0].node, tuple(here[x] for x in inner.operands[0].labels))
                return Code(f"torch.expm1({self._operand(under, node.labels).text})")
        return None

    def _negated(self, operand: Operand, node: Node) -> Code:
        inner = self.graph[operand.node]
        code = self._operand(operand, node.labels)
        if operand.node not in self.variables and inner.operation in ("multiply", "divide") and code.text[0] != "-":
            return Code(f"-{code.text}", PRODUCT)  # -a * b, the same number as -(a * b)
        return Code(f"-{code.at(SIGN)}", SIGN)

    def _factors(self, node: Node) -> list[str]:
        """The factors of a product; a truth value may stand as it is if another factor is a tensor of numbers."""
        plain = [o for o in node.operands if not self._is_truth(o.node) and not self.is_number(o.node)]
        out = []
        for k, o in enumerate(node.operands):
            code = self._operand(o, node.labels, truth=bool(plain))
            out.append(code.at(PRODUCT if k == 0 else SIGN))
        return out

    def _power(self, node: Node) -> Code:
        base, exponent = self._parts(node)
        value = self.graph[node.operands[1].node].number
        if value is not None and abs(value) * 2 == 1 and not self.is_number(node.name):
            return Code(f"torch.{'sqrt' if value > 0 else 'rsqrt'}({base.text})")
        return raised(base, exponent)

    def _call(self, node: Node) -> Code:
        row = _row(node.operation)
        parts = self._parts(node)
        numbers = [self.is_number(o.node) for o in node.operands]
        if all(numbers):
            if row.number:
                return Code(row.number.format(*(p.text for p in parts)), row.level)
            parts = [Code(f"{self.like}.new_tensor({p.text})") for p in parts]
        elif row.mixed and any(numbers):
            first = 1 if numbers[0] else 0
            text = row.mixed.format(tensor=parts[first].text, number=parts[1 - first].text)
            return Code(text, row.level)
        elif node.operation == "where" and numbers[1] and numbers[2]:
            parts[1] = Code(f"{self.like}.new_tensor({parts[1].text})")
        level = COMPARISON if node.operation == "where" else SUM
        return Code(row.tensor.format(*(p.at(level) for p in parts)), row.level)

    # -- axes

    def _operand(self, operand: Operand, frame: Sequence[str], truth: bool = False) -> Code:
        """An operand with its axes in the order of `frame`, and axes of length 1 where it lacks one."""
        code = self.code(operand.node)
        if self._is_truth(operand.node) and not truth:
            code = self._as_number(code)
        if not operand.labels and (self.is_number(operand.node) or not self._has_leading(operand.node)):
            return code
        node = self.graph[operand.node]
        if node.reduced and node.operation != "prod" and operand.node not in self.variables:
            inner = self._summed_axes(node)
            here = dict(zip(node.labels, operand.labels, strict=True))
            if inner and keeps(operand.labels, inner, here, frame):
                return self._over(node, self._summand(node, inner), inner, keep=True)
        leading = self._has_leading(operand.node)
        return aligned(code, operand.labels, frame, leading, bool(self.batched))

    def _over(self, node: Node, code: Code, labels: Sequence[str], keep: bool = False) -> Code:
        """The reduction of the node, applied to code with axes `labels`."""
        gone = [a.label for a in node.reduced]
        return reduced(code, labels, gone, node.labels, node.operation, bool(self.batched), keep)

    def _summed_axes(self, node: Node) -> tuple[str, ...]:
        """The axes of the tensor that a reduction reduces; none for what torch does in one go."""
        if node.kind == "reduce":
            return node.operands[0].labels
        widest = max(node.operands, key=lambda o: len(o.labels)).labels
        whole = len(widest) == len(node.axes) + len(node.reduced)
        return widest if whole and self._as_matrices(node) is None else ()

    def _summand(self, node: Node, labels: tuple[str, ...]) -> Code:
        if node.kind == "reduce":
            return self._operand(node.operands[0], labels)
        return Code(" * ".join(self._operand(o, labels).at(SIGN) for o in node.operands), PRODUCT)

    def _contracted(self, node: Node) -> Code:
        """A matrix product where it is one, a sum of products where nothing grows, else an einsum."""
        code = self._as_matrices(node)
        if code is not None:
            return code
        widest = self._summed_axes(node)
        if widest:
            return self._over(node, self._summand(node, widest), widest)
        parts = [self._operand(o, o.labels).text for o in node.operands]
        return einsum(parts, [o.labels for o in node.operands], node.labels, bool(self.batched))

    def _as_matrices(self, node: Node) -> Code | None:
        if len(node.operands) != 2 or len(node.reduced) != 1:
            return None
        left, right = node.operands
        return self._matrix_product(node, left, right) or self._matrix_product(node, right, left)

    def _matrix_product(self, node: Node, left: Operand, right: Operand) -> Code | None:
        """``left @ right``, if the operands have the axes for it; in a batch, the right one is the same for all."""
        k = node.reduced[0].label
        rows, columns = ([x for x in o.labels if x != k] for o in (left, right))
        fits = k in left.labels and k in right.labels and [*rows, *columns] == list(node.labels)
        if not fits or len(rows) > 1 or len(columns) > 1:
            return None
        if self.batched and (self._has_leading(right.node) or not self._has_leading(left.node)):
            return None
        a, b = self._operand(left, [*rows, k]), self._operand(right, [k, *columns])
        return Code(f"{a.at(PRODUCT)} @ {b.at(SIGN)}", PRODUCT)

    def _spread(self, node: Node) -> Code:
        """Another name, another order of axes, or the same value along axes that the operand lacks."""
        (operand,) = node.operands
        code = self._operand(operand, node.labels)
        if set(operand.labels) == set(node.labels):
            return code
        twin = self._twin(node)
        if twin is None and self.batched:
            raise GraphError(f"{node!r}: no input has these axes, and the number of leading axes is not known")
        shape = ", ".join(self._size(a.dim) for a in node.axes)
        if self.is_number(operand.node):
            if twin is None:
                return Code(f"torch.full(({shape},), {code.text}, {self._kind()})")
            return Code(f"torch.full_like({twin}, {code.text})")
        return Code(f"{code.at(ATOM)}.expand{f'_as({twin})' if twin else f'({shape})'}")

    def _twin(self, node: Node) -> str | None:
        """An input with the same axes."""
        for other in self.graph.inputs:
            same = [a.dim for a in other.axes] == [a.dim for a in node.axes]
            if same and (other.name in self.batched or not self.batched):
                return self.variables[other.name]
        return None

    def _diagonal(self, node: Node) -> Code:
        (operand,) = node.operands
        if len(operand.labels) != 2:
            raise GraphError(f"{node!r}: torch has the diagonal of two axes")
        dims = "dim1=-2, dim2=-1" if self.batched else ""
        return Code(f"{self.code(operand.node).at(ATOM)}.diagonal({dims})")

    # -- kinds of values

    def _has_leading(self, name: str) -> bool:
        """Whether a node has the leading axes of the batch."""
        if name not in self._leading:
            inner = (self._has_leading(o.node) for o in self.graph[name].operands)
            self._leading[name] = name in self.batched or any(inner)
        return self._leading[name]

    def _is_truth(self, name: str) -> bool:
        row = ROWS.get(self.graph[name].operation)
        return name not in self.variables and isinstance(row, Row) and row.truth and not self.is_number(name)

    def _as_number(self, code: Code) -> Code:
        """A truth value as 0 or 1."""
        return Code(f"{code.at(ATOM)}.to({self.like}.dtype)")

    def _size(self, dim: object) -> str:
        assert isinstance(dim, Dim)
        if dim not in self.sizes:
            raise GraphError(f"no input has the axis {dim}")
        return self.sizes[dim]

    def _kind(self) -> str:
        return f"dtype={self.like}.dtype, device={self.like}.device"


def _row(operation: str) -> Row:
    row = ROWS.get(operation)
    if isinstance(row, Row):
        return row
    why = row.why if isinstance(row, NotAvailable) else "it has no row in codegen/emit/torch/table.py"
    raise GraphError(f"{operation} is not available in PyTorch: {why}")
