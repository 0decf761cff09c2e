"""The process in which SymPy runs: ``python -m derive.worker BYTES``, started by `derive.prove.worker_process`.

It limits itself to BYTES of memory, says ``{"ready": version of SymPy}``, then answers one JSON line with another:

    {"id": 1, "task": "factor", "seconds": 5, "assumptions": {"x": ["real"]}, "trees": [["symbol", "x"]]}
    {"id": 1, "answer": ["symbol", "x"]}    or    {"id": 1, "error": "why not"}

Trees are those of `derive.meaning.sympy_tree`; nothing is parsed as a formula. It ends when its input does, and when it
has run out of memory: that answer has ``"last": true``. What its answers are worth, `derive.prove.proposer` says.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from derive.confined import answers_apart, restrict
from derive.meaning.sympy_form import Building, Sympy, tree_of
from derive.meaning.sympy_tree import SympyFormError

SPARE_SECONDS = 2  # of processor time beyond the budget, after which the system ends a worker that nobody killed
KINKED = ("Abs", "Heaviside", "Max", "Min", "Piecewise", "sign")


def second_opinion(s: Any, left: Sympy, right: Sympy) -> tuple[str, str]:
    """Whether SymPy believes left = right, and by which of its functions. A step that fails counts for nothing."""
    difference = left - right
    zero_by: dict[str, Callable[[], Sympy]] = {"construction": lambda: difference, "simplify": difference.simplify}
    if difference.has(*(getattr(s, name) for name in KINKED)):
        zero_by["pieces"] = lambda: s.simplify(s.piecewise_fold(difference.rewrite(s.Piecewise)))
    for method, result in zero_by.items():
        with suppress(Exception):
            if result() == 0:
                return "zero", method
    equal = None
    with suppress(Exception):
        equal = difference.equals(0)
    return "unknown" if equal is None else "zero" if equal else "nonzero-claim", "equals"


def antiderivative(s: Any, e: Sympy, x: Sympy) -> Sympy:
    return _evaluated(s.integrate(e, x), s.Integral)


def limit(s: Any, e: Sympy, x: Sympy, point: Sympy, side: str = "+") -> Sympy:
    return _evaluated(s.limit(e, x, point, "-" if side == "-" else "+"), s.Limit)


def summation(s: Any, e: Sympy) -> Sympy:
    return _evaluated(e.doit(), s.Sum, s.Product)


def telescoper(s: Any, e: Sympy, k: Sympy) -> Sympy:
    ratio = s.concrete.gosper.gosper_term(e, k)
    if ratio is None:
        raise SympyFormError("Gosper's algorithm: there is no hypergeometric telescoper")
    return s.simplify(ratio * e)


EXPRESSIONS: dict[str, Callable[..., Sympy]] = {
    "simplify": lambda s, e: s.simplify(e),
    "factor": lambda s, e: s.factor(e),
    "antiderivative": antiderivative,
    "limit": limit,
    "summation": summation,
    "telescoper": telescoper,
}


def _evaluated(e: Sympy, *left_over: type) -> Sympy:
    if e.has(*left_over):
        raise SympyFormError("SymPy finds no closed form")
    return _generic(e)


def _generic(e: Sympy) -> Sympy:
    """The case in which no parameter has a special value, of pieces such as (log x if n = -1, else xⁿ⁺¹/(n+1))."""
    import sympy as s

    def special(condition: Sympy) -> bool:
        return isinstance(condition, s.Eq) or (isinstance(condition, s.Or) and all(map(special, condition.args)))

    def always(condition: Sympy) -> bool:
        return isinstance(condition, s.Ne) or (isinstance(condition, s.And) and all(map(always, condition.args)))

    def choose(*pieces: Sympy) -> Sympy:
        kept = [
            (value, True if always(condition) else condition) for value, condition in pieces if not special(condition)
        ]
        return s.Piecewise(*kept) if kept else s.nan

    return e.replace(s.Piecewise, choose)


def answer(request: Any) -> Any:
    """The answer to one request, as JSON."""
    import sympy

    building = Building(request["assumptions"])
    arguments = [building.build(tree) for tree in request["trees"]]
    if request["task"] == "second_opinion":
        return second_opinion(sympy, *arguments)
    if request["task"] not in EXPRESSIONS:
        raise SympyFormError(f"no task is called {str(request['task'])[:40]!r}")
    return tree_of(EXPRESSIONS[request["task"]](sympy, *arguments, **request.get("options", {})))


def respond(line: str) -> dict[str, Any]:
    """The answer to one line; "last" if the process should not go on after it."""
    number = None
    try:
        request = json.loads(line)
        number = request["id"]
        restrict("CPU", math.ceil(time.process_time() + request["seconds"]) + SPARE_SECONDS)
        found = {"id": number, "answer": answer(request)}
        json.dumps(found)
    except MemoryError:
        return {"id": number, "error": "out of memory", "last": True}
    except SympyFormError as error:
        return {"id": number, "error": str(error)}
    except Exception as error:  # whatever SymPy raises is its answer
        return {"id": number, "error": f"{type(error).__name__}: {str(error)[:200]}"}
    return found


def main(memory: int) -> None:
    restrict("AS", memory)
    restrict("CORE", 0)
    restrict("NOFILE", 64)
    answers = answers_apart()

    def say(what: dict[str, Any]) -> None:
        answers.write(json.dumps(what) + "\n")
        answers.flush()

    import sympy

    restrict("FSIZE", 0)
    restrict("NPROC", 0)
    say({"ready": sympy.__version__})
    for line in sys.stdin:
        said = respond(line)
        say(said)
        if "last" in said:
            break


if __name__ == "__main__":
    main(int(sys.argv[1]))
