"""What a generated module does around its calls: shapes and types are checked before any pointer is taken.

Generated modules carry this text. It knows nothing of any entry.
"""

import ctypes
from collections.abc import Mapping
from typing import Any

import torch

SUFFIXES = {torch.float32: "float", torch.float64: "double"}
HALVES = (torch.float16, torch.bfloat16)
Axes = Mapping[str, tuple[str, ...]]


def check(axes: Axes, tensors: Mapping[str, torch.Tensor]) -> None:
    """Raise unless all tensors lie on the CPU, have one type, and sizes that agree along every named axis."""
    sizes: dict[str, tuple[int, str]] = {}
    first, like = next(iter(tensors.items()))
    for name, tensor in tensors.items():
        if tensor.device.type != "cpu":
            raise ValueError(f"{name} is on {tensor.device}; this library computes on the CPU")
        if tensor.dtype not in SUFFIXES:
            raise TypeError(f"{name} is {tensor.dtype}; this library computes in float32 and float64")
        if tensor.dtype != like.dtype:
            raise TypeError(f"{name} is {tensor.dtype}, but {first} is {like.dtype}")
        shape, wanted = tuple(tensor.shape), axes[name]
        if len(shape) != len(wanted):
            raise ValueError(f"{name} has the axes ({', '.join(wanted)}), but the shape {shape}")
        for axis, size in zip(wanted, shape, strict=True):
            known, holder = sizes.setdefault(axis, (size, name))
            if size != known:
                raise ValueError(f"axis {axis} has size {size} in {name}, but {known} in {holder}")


def run(library: ctypes.CDLL, program: str, dtype: torch.dtype, *arguments: torch.Tensor | int | float) -> None:
    """Call a program in the precision of `dtype`. Tensors are contiguous, in the order of its parameters."""
    getattr(library, f"{program}_{SUFFIXES[dtype]}")(*map(_passed, arguments))


def _passed(argument: torch.Tensor | int | float) -> Any:
    if isinstance(argument, torch.Tensor):
        return ctypes.c_void_p(argument.data_ptr())
    return ctypes.c_double(argument) if isinstance(argument, float) else ctypes.c_int64(argument)


def prepared(fixed: Mapping[str, torch.Tensor], free: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """All tensors in the type of the computation: that of `free`, or float32 for halves.

    Raises `NotImplementedError` where a derivative is asked for that would silently be wrong: by one of `fixed`, or in
    forward mode.
    """
    for name, tensor in fixed.items():
        if tensor.requires_grad and torch.is_grad_enabled():
            raise NotImplementedError(f"there is no gradient by {name}; pass {name}.detach()")
    everything = {**free, **fixed}
    if not torch.compiler.is_compiling():
        for name, tensor in everything.items():
            if torch.autograd.forward_ad.unpack_dual(tensor).tangent is not None:
                raise NotImplementedError(f"{name} carries a tangent; forward-mode derivatives are not generated")
    dtype = next(iter(free.values())).dtype
    exact = torch.float32 if dtype in HALVES else dtype
    same = {name: t.to(exact) if t.dtype == dtype else t for name, t in free.items()}
    return {**same, **{name: t.to(exact) for name, t in fixed.items()}}


def flattened(
    axes: Axes, batched: tuple[str, ...], tensors: Mapping[str, torch.Tensor]
) -> tuple[torch.Size, dict[str, torch.Tensor]]:
    """The shape of the batch, which may have any number of axes, and the tensors with one batch axis instead."""
    shapes = {name: tensors[name].shape[: tensors[name].ndim - len(axes[name]) + 1] for name in batched}
    first = batched[0]
    for name, shape in shapes.items():
        if shape != shapes[first]:
            raise ValueError(f"the batch has shape {tuple(shape)} in {name}, but {tuple(shapes[first])} in {first}")
    flat = {
        name: t.reshape(shapes[name].numel(), *t.shape[len(shapes[name]) :]) if name in batched else t
        for name, t in tensors.items()
    }
    return shapes[first], flat


def number(name: str, value: Any) -> float:
    """A number that is passed by value."""
    if isinstance(value, torch.Tensor) and value.requires_grad:
        raise NotImplementedError(f"there is no gradient by {name}; pass float({name})")
    return float(value)
