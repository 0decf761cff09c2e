"""Axes of tensors in PyTorch code: their order, axes of length 1, reductions, sums of products.

`batched` says that tensors may have leading axes that the graph does not know; then axes are counted from the end.
`leading` says that a particular tensor has them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from derive.codegen.emit.torch.table import ATOM, POWER, REDUCTIONS

Labels = Sequence[str]
SIMPLE = re.compile(r"-?[\w.]+")  # an operand that stands next to ** without spaces


@dataclass(frozen=True)
class Code:
    """A piece of Python and how tightly it holds together."""

    text: str
    level: int = ATOM

    def at(self, level: int) -> str:
        """The text, in brackets if it holds less tightly than `level`."""
        return self.text if self.level >= level else f"({self.text})"


def raised(base: Code, exponent: Code) -> Code:
    """A power, with the spaces that formatters put."""
    left, right = base.at(ATOM), exponent.at(POWER)
    sign = "**" if SIMPLE.fullmatch(left) and SIMPLE.fullmatch(right) else " ** "
    return Code(f"{left}{sign}{right}", POWER)


def permuted(code: Code, labels: Labels, wanted: Labels, batched: bool) -> Code:
    """The same axes in another order."""
    if list(labels) == list(wanted):
        return code
    if len(labels) == 2:
        return Code(f"{code.at(ATOM)}.{'mT' if batched else 'T'}")
    places = [list(labels).index(x) for x in wanted]
    if not batched:
        return Code(f"{code.at(ATOM)}.permute({', '.join(map(str, places))})")
    old = ", ".join(str(p - len(labels)) for p in places)
    new = ", ".join(str(-n) for n in range(len(wanted), 0, -1))
    return Code(f"{code.at(ATOM)}.movedim(({old}), ({new}))")


def aligned(code: Code, labels: Labels, frame: Labels, leading: bool, batched: bool) -> Code:
    """The axes in the order of `frame`, and axes of length 1 where broadcasting needs them."""
    code = permuted(code, labels, [x for x in frame if x in labels], batched)
    places = [":" if x in labels else "None" for x in frame]
    free = ":" if leading else "None"  # what need not be written at the left
    while places and places[0] == free:
        del places[0]
    if "None" not in places:
        return code
    if leading:
        places.insert(0, "...")
    else:
        while places[-1] == ":":
            places.pop()
    return Code(f"{code.at(ATOM)}[{', '.join(places)}]")


def reduced(
    code: Code, labels: Labels, gone: Labels, wanted: Labels, operation: str, batched: bool, keep: bool = False
) -> Code:
    """A reduction of `code`, with axes `labels`, over the axes `gone`, which stay with length 1 if `keep`."""
    dims = [k - (len(labels) if batched else 0) for k, x in enumerate(labels) if x in gone]
    left = [x for x in labels if x not in gone]
    if operation == "prod":  # one axis at a time
        for d in dims if batched else reversed(dims):
            code = Code(f"{code.at(ATOM)}.prod({d})")
        return permuted(code, left, wanted, batched)
    every = not left and not batched and not keep and operation in ("sum", "max")
    dim = "" if every else str(dims[0]) if len(dims) == 1 else f"({', '.join(map(str, dims))})"
    code = Code(REDUCTIONS[operation].format(code.at(ATOM), dim=dim + (", keepdim=True" if keep else "")))
    return code if keep else permuted(code, left, wanted, batched)


def keeps(labels: Labels, inner: Labels, here: dict[str, str], frame: Labels) -> bool:
    """Whether a reduction of axes `inner`, used at `labels`, lacks axes just where the frame has others.

    `here` renames the axes that stay to labels of the frame.
    """
    if len(frame) != len(inner):
        return False
    pairs = list(zip(frame, inner, strict=True))
    return all(x == here[y] if y in here else x not in labels for x, y in pairs)


def einsum(parts: Sequence[str], operands: Sequence[Labels], result: Labels, batched: bool) -> Code:
    """A sum of products by the names of axes."""
    every = dict.fromkeys([*result, *(x for labels in operands for x in labels)])
    letters = {x: chr(ord("a") + n) for n, x in enumerate(every)}
    dots = "..." if batched else ""
    spec = ",".join(dots + "".join(letters[x] for x in labels) for labels in operands)
    out = dots + "".join(letters[x] for x in result)
    return Code(f'torch.einsum("{spec}->{out}", {", ".join(parts)})')
