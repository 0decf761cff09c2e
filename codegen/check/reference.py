"""The entry's oracle: a named implementation, called with the arguments that the entry says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from importlib import import_module
from typing import Any

import torch
from torch import Tensor

from derive.codegen.check.draws import Draw, draws
from derive.codegen.check.largest import Largest
from derive.codegen.check.naive import Naive
from derive.codegen.check.result import CheckResult, FailedCheckError
from derive.codegen.check.subject import Subject
from derive.codegen.check.values import AGREEMENT, POINTS, arguments
from derive.entry.record import Oracle
from derive.expr.leaves import Symbol
from derive.expr.node import Expr, walk
from derive.meaning.numbers.ball import fraction
from derive.meaning.numbers.evaluate import Evaluation
from derive.meaning.numbers.reading import Reading
from derive.meaning.numbers.sample import Names, Point


def resolved(name: str) -> Any:
    """The object of this full name, such as torch.nn.functional.cross_entropy."""
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found: Any = import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        except ImportError as error:
            raise FailedCheckError(f"the oracle {name} cannot be imported: {error}") from error
        for part in parts[cut:]:
            if not hasattr(found, part):
                raise FailedCheckError(f"the oracle {name} does not exist: {found.__name__} has no {part}")
            found = getattr(found, part)
        return found
    raise FailedCheckError(f"the oracle {name} does not exist: there is no module {parts[0]}")


def exact(e: Expr) -> Fraction:
    """The value of an expression without symbols that is a rational number."""
    value = Evaluation(Reading(), Point(Names.of(), "", {}), 64).table(e).values[0]
    try:
        return fraction(value)  # type: ignore[arg-type]
    except AttributeError as error:
        raise FailedCheckError(f"{e} is not a rational number") from error


def reduction(oracle: Oracle, of_entry: str) -> str:
    """How the oracle adds up examples; like every loss of torch, by their mean if nothing is said.

    The reference of an entry that is not reduced (an activation, say) is not reduced either.
    """
    return oracle.keywords.get("reduction", "none" if of_entry == "none" else "mean")


def call(oracle: Oracle, naive: Naive) -> Any:
    """The oracle's own value: expressions among its arguments are evaluated, other values passed as they are.

    A hyperparameter is passed as a number, or as a tensor if the oracle takes no number there.
    """
    try:
        return called(oracle, naive, numbers=True)
    except TypeError:
        return called(oracle, naive, numbers=False)


def called(oracle: Oracle, naive: Naive, numbers: bool) -> Any:
    """The oracle's own value, with hyperparameters as numbers or as tensors."""

    def passed(value: Any) -> Any:
        if isinstance(value, Expr):
            return _number(naive, value) if numbers and _is_number(naive, value) else naive.tensor(value)
        return tuple(map(passed, value)) if isinstance(value, tuple) else value

    function = resolved(oracle.function)
    return function(*map(passed, oracle.arguments), **{k: passed(v) for k, v in oracle.keywords.items()})


def takes_numbers(subject: Subject, oracle: Oracle) -> bool:
    """Whether the oracle takes hyperparameters as numbers."""
    draw = next(draws(subject.arguments.values(), 1, "mild", fixed=restricted(oracle)))
    values = arguments(subject, draw)
    try:
        called(oracle, Naive({s: values[p] for p, s in subject.arguments.items()}, draw.sizes, torch.float64), True)
    except TypeError:
        return False
    except Exception:  # whatever it is, the check of the oracle says so
        return True
    return True


def _is_number(naive: Naive, e: Expr) -> bool:
    """Whether an expression is made of numbers alone."""
    return not e.axes and not any(isinstance(naive.values.get(n), Tensor) for n in walk(e) if isinstance(n, Symbol))


def _number(naive: Naive, e: Expr) -> float:
    exactly = naive.values.get(e) if isinstance(e, Symbol) else None
    return float(naive.tensor(e)) if exactly is None else exactly


def reference(subject: Subject, oracle: Oracle, draw: Draw, dtype: torch.dtype) -> Any:
    """The oracle as a function of the generated function's arguments."""
    scale = float(exact(oracle.scale))

    def function(values: Mapping[str, Any]) -> Tensor:
        known = {s: values[p] for p, s in subject.arguments.items()}
        return scale * call(oracle, Naive(known, draw.sizes, dtype))

    return function


def restricted(oracle: Oracle) -> dict[str, Fraction]:
    """The hyperparameters that the comparison fixes."""
    return {name: exact(value) for name, value in oracle.values.items()}


def against_oracle(subject: Subject) -> Iterator[CheckResult]:
    """Value and gradients against the reference that the entry names."""
    oracle = subject.record.oracle
    if oracle is None:
        yield CheckResult("oracle", None, detail="the entry names none")
        return
    largest = Largest()
    for draw in draws(subject.arguments.values(), POINTS, "mild", fixed=restricted(oracle)):
        values = arguments(subject, draw)
        wanted = reduction(oracle, subject.record.reduction) if subject.per_example else "none"
        mine = subject.gradients(values, function=lambda v, wanted=wanted: subject.call(v, wanted))
        theirs = subject.gradients(values, function=reference(subject, oracle, draw, torch.float64))
        largest.between(mine, theirs, draw, subject)
    fixed = ", ".join(f"{name} = {value}" for name, value in restricted(oracle).items())
    yield largest.within(f"oracle {oracle.function}", AGREEMENT, f"value and gradient{f' at {fixed}' if fixed else ''}")
