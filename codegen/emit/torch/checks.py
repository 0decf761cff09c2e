"""The checks that a generated file makes of its arguments, in the words of the statement."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derive.codegen.emit.torch import names
from derive.codegen.emit.torch.layout import WIDTH
from derive.codegen.rewrite.derived import Derived, continuous
from derive.expr.leaves import Symbol

ZERO = Fraction(0)
CHECK = '''
def _check(**tensors: Tensor) -> None:
    """Raise unless the tensors have the axes of the statement, one device and one precision."""
    like, sizes = tensors["LIKE"], {}
    for name, tensor in tensors.items():
        if not isinstance(tensor, Tensor):
            raise TypeError(f"NAME: {name} must be a tensor, not {type(tensor).__name__}")
        axes, shape = _AXES[name], [(n,) for n in tensor.shape]
SPLIT
        fits = len(shape) == len(axes)
        if not fits or any(sizes.setdefault(a, n) != n for a, n in zip(axes, shape, strict=True)):
            here = ", ".join(str(n) for a in axes for n in sizes.get(a, (a,)))
            wanted = f"({', '.join(axes)}), here ({here})"
            raise ValueError(f"NAME: {name} must have shape {wanted}, not {tuple(tensor.shape)}")
        if tensor.device != like.device:
            raise ValueError(f"NAME: {name} is on {tensor.device}, but LIKE is on {like.device}")
        if name in _FLOATING and not tensor.is_floating_point():
            raise TypeError(f"NAME: {name} must have a floating-point dtype, not {tensor.dtype}")
        if name in _FLOATING and tensor.ndim and tensor.dtype != like.dtype:
            raise TypeError(f"NAME: {name} is {tensor.dtype}, but LIKE is {like.dtype}")
'''
SPLIT = """        if axes[:1] == ("...",):  # the axes of the batch count as one
            cut = max(len(shape) - len(axes) + 1, 0)
            shape = [tuple(tensor.shape[:cut]), *shape[cut:]]"""


def check_section(derived: Derived, name: str, tensors: Sequence[Symbol]) -> list[str]:
    """The tables of axes and dtypes, and the function that goes by them."""
    floating = [s for s in tensors if continuous(s)]
    like = names.variable(max(floating or list(tensors), key=lambda s: bool(s.axes)).name)
    text = CHECK.replace("NAME", name).replace("LIKE", like)
    text = text.replace("SPLIT\n", f"{SPLIT}\n" if derived.batch else "")
    out = [
        f"_AXES = {_table(derived, tensors)}",
        f"_FLOATING = {_tuple([names.variable(s.name) for s in floating])}",
        "",
    ]
    return [*out, *(wrapped for line in text.rstrip().splitlines() for wrapped in _wrapped(line))]


def _wrapped(line: str) -> list[str]:
    """A call that is too long for a line, on three."""
    if len(line) <= WIDTH:
        return [line]
    call, argument = line.rstrip(")").split("(", 1)
    indent = " " * (len(line) - len(line.lstrip()))
    return [f"{call}(", f"{indent}    {argument}", f"{indent})"]


def _table(derived: Derived, tensors: Sequence[Symbol]) -> str:
    rows = []
    for s in tensors:
        axes = [*(["..."] if derived.batched(s) else []), *(d.name for d in derived.axes(s))]
        rows.append(f'"{names.variable(s.name)}": {_tuple(axes)}')
    flat = f"{{{', '.join(rows)}}}"
    return flat if len(flat) < 88 else "{\n" + "".join(f"    {row},\n" for row in rows) + "}"


def _tuple(words: Sequence[str]) -> str:
    quoted = ", ".join(f'"{w}"' for w in words)
    return f"({quoted}{',' if len(words) == 1 else ''})"


def range_checks(name: str, symbols: Sequence[Symbol]) -> list[str]:
    """A line or two for each hyperparameter with a bounded domain."""
    out: list[str] = []
    for s in symbols:
        v, d = names.variable(s.name), s.domain
        low = "" if d.lower is None else f"{names.number(d.lower)[0]} {'<' if d.open_lower else '<='} "
        high = "" if d.upper is None else f" {'<' if d.open_upper else '<='} {names.number(d.upper)[0]}"
        if low or high:
            above = f"{v} {'>' if d.open_lower else '>='} {names.number(d.lower or ZERO)[0]}"
            wanted = f"{low}{v}{high}" if high else above
            out += [
                f"if not {wanted}:",
                f'    raise ValueError(f"{name}: {v} must satisfy {wanted}, not {{{v}}}")',
            ]
    return out
