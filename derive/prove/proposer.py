"""What SymPy proposes. Nothing here is known to be true: our own checker disposes, and refutes by its own points.

SymPy 1.14 is silently wrong where a bound variable is captured, a Kronecker delta is summed, a jump is differentiated,
a removable pole is cancelled, a range of integers is empty; it has called true identities non-zero for some hash seeds
only. So a proposed antiderivative is differentiated, a telescoper is telescoped, a limit, factorisation or
simplification is compared, all by our own normal forms; and a second opinion alone proves and refutes nothing.

SymPy runs in another process (`derive.prove.worker_process`), and is not imported here.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn, Self

from derive.expr.dims import Dim
from derive.expr.errors import DeriveError
from derive.expr.leaves import Index
from derive.expr.node import Expr
from derive.expr.structure import Bound
from derive.meaning.sympy_answer import from_tree
from derive.meaning.sympy_tree import SympyFormError, to_trees
from derive.prove.worker_process import BrokenWorkerError, OverdueError, WorkerProcess

SECONDS = 5.0
MEMORY = 2 << 30  # bytes
CLAIMS = ("zero", "nonzero-claim", "unknown")


@dataclass(frozen=True)
class Proposal:
    """An untrusted answer. It is not a verdict, and not a boolean.

    `status` is "ok"; "killed", when the time was up and the process was killed; or "error". `expr` is the proposed
    expression; for a second opinion there is none, and `claim` is "zero", "nonzero-claim" or "unknown". `message` says
    what went wrong, or which function of SymPy has the opinion.
    """

    status: str
    expr: Expr | None = None
    claim: str = "unknown"
    message: str = ""

    def __bool__(self) -> NoReturn:
        raise TypeError(f"a proposal is not a boolean; this one is {self.status!r}: compare .status, .claim")


class Proposer:
    """Asks SymPy, in a process that starts when first needed and stays for the next question.

    Every method returns within the budget of `seconds` (and the second or more that a start takes), whatever SymPy
    does; a process that is over its time or its `memory` is killed, and the next question starts another. Methods
    raise nothing for what an expression is: what SymPy cannot be told, or cannot tell us, has the status "error".
    The budget is wall time: on a slower machine there may be fewer proposals, and so more `undecided`, never others.
    """

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self.seconds = seconds
        self.memory = memory
        self._worker: WorkerProcess | None = None
        self._lock = threading.Lock()

    def second_opinion(self, left: Expr, right: Expr, sizes: Mapping[Dim, int] | None = None) -> Proposal:
        """Whether SymPy believes ``left = right``, both scalars; `sizes` writes sums out (`to_trees`).

        Untrusted. "zero" supports a claim that our own points have tested, and nothing more. "nonzero-claim" is
        `equals` answering False: it knows no range but a sign, takes the entries of one tensor for unrelated, and is
        wrong at times; it is a reason to look for a counterexample, and is none.
        """
        return self._ask("second_opinion", left, right, sizes=sizes)

    def simplify(self, e: Expr) -> Proposal:
        """A form of e that SymPy takes for simpler."""
        return self._ask("simplify", e)

    def factor(self, e: Expr) -> Proposal:
        """A factorisation of e over the rationals."""
        return self._ask("factor", e)

    def antiderivative(self, e: Expr, x: Expr) -> Proposal:
        """A function whose derivative by x, a scalar symbol or entry, may be e, unless parameters have special values.

        Check the derivative, and that the function is continuous on the range of integration.
        """
        return self._ask("antiderivative", e, x)

    def limit(self, e: Expr, x: Expr, point: Expr, side: str = "+") -> Proposal:
        """The limit of e for x → point (or ±oo), from above, or from below if `side` is "-". It may be oo or -oo."""
        return self._ask("limit", e, x, point, options={"side": side})

    def summation(self, body: Expr, index: Index, low: Expr, high: Expr) -> Proposal:
        """A closed form of the sum of `body` over index = low..high, unless parameters have special values.

        SymPy does not take an empty range for 0, and loses Kronecker deltas; check by induction.
        """
        try:
            return self._ask("summation", Bound.of("sum", body, index, low, high))
        except DeriveError as error:
            return Proposal("error", message=str(error))

    def telescoper(self, e: Expr, index: Index) -> Proposal:
        """A G with G(index + 1) - G(index) = e, by Gosper's algorithm."""
        return self._ask("telescoper", e, index)

    def close(self) -> None:
        """End the process, if there is one. It also ends with the last reference to this object, and at exit."""
        with self._lock:
            if self._worker is not None:
                self._worker.end()
                self._worker = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(
        self,
        task: str,
        *about: Expr,
        sizes: Mapping[Dim, int] | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> Proposal:
        try:
            sent = to_trees(*about, sizes=sizes)
            if task in ("antiderivative", "limit", "telescoper") and sent.trees[1][0] != "symbol":
                raise SympyFormError(f"`{about[1]}` is not a variable of its own: it is a term, or a sum runs over it")
            request = {"task": task, "trees": sent.trees, "assumptions": sent.assumptions, "options": options or {}}
            said = self._answer(request)
            if "answer" not in said:
                return Proposal("error", message=str(said.get("error")))
            if task == "second_opinion":
                return _opinion(said["answer"])
            return Proposal("ok", expr=from_tree(said["answer"], sent.symbols))
        except OverdueError:
            return Proposal("killed", message=f"no answer within {self.seconds} s")
        except (BrokenWorkerError, DeriveError, RecursionError) as error:
            return Proposal("error", message=str(error))

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            if self._worker is None or not self._worker.idle:
                if self._worker is not None:
                    self._worker.end()
                self._worker = WorkerProcess(self.memory)
            return self._worker.ask(request, self.seconds)


def _opinion(answer: Any) -> Proposal:
    match answer:
        case [str(claim), str(method)] if claim in CLAIMS:
            return Proposal("ok", claim=claim, message=method)
    raise BrokenWorkerError("the worker's answer is no opinion")


@cache
def shared_proposer() -> Proposer:
    """One for the whole program, with the default budget."""
    return Proposer()
