"""Names in generated Python: of classes, variables and numbers."""

from __future__ import annotations

import keyword
import re
from fractions import Fraction

# what generated code uses for itself
RESERVED = frozenset({
    "Tensor", "NamedTuple", "abs", "closure", "cls", "ctx", "dict", "float", "function", "grad_output", "group", "int",
    "like", "math", "max", "min", "needed", "new", "nn", "output", "params", "reduction", "self", "state", "sum",
    "tangents", "tensors", "torch", "tuple", "wide", "zip",
})  # fmt: skip
CONSTANTS = {"pi": "math.pi", "eulergamma": "0.5772156649015329"}


def variable(name: str) -> str:
    """A name that Python allows and generated code does not use otherwise."""
    clean = re.sub(r"\W", "_", name)
    return f"{clean}_" if keyword.iskeyword(clean) or keyword.issoftkeyword(clean) or clean in RESERVED else clean


def function_name(entry: str) -> str:
    """loss.gaussian_nll → gaussian_nll"""
    return variable(entry.rpartition(".")[2])


def class_name(entry: str) -> str:
    """loss.gaussian_nll → GaussianNll"""
    return "".join(part[:1].upper() + part[1:] for part in entry.rpartition(".")[2].split("_"))


def number(value: Fraction) -> tuple[str, bool]:
    """A rational as Python code, and whether it is a quotient."""
    if value.denominator == 1:
        return str(value.numerator), False
    near = repr(float(value))
    if Fraction(near) == value:
        return near, False
    return f"{value.numerator} / {value.denominator}", True
