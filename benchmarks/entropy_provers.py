"""Other provers of entropy inequalities as programs that are called: psitip, Citip, minitip; and ours in a process.

None of them is installed or downloaded by this. Each is named by an option or an environment variable, or is absent.
A statement is a row over joint entropies, mask by mask, so that every program is asked the same.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

MEMORY = 12 << 30  # bytes that a peer may use
Row = dict[int, Fraction]


@dataclass(frozen=True)
class Statement:
    """goal·h >= 0 for n variables; of a Markov chain X1 -> X2 -> … -> Xn if `chain`.

    With a `factor` it is factor·I(X1;X2) <= H(X1), and is put to others in this form.
    """

    name: str
    n: int
    goal: Row
    chain: bool = False
    factor: Fraction = Fraction(0)


@dataclass(frozen=True)
class Answer:
    """How long it took and what was said: proved, not proved, or why there is no answer."""

    seconds: float | None
    said: str


@dataclass(frozen=True)
class Prover:
    name: str
    ask: Callable[[Statement, float], Answer]
    shell: tuple[str, ...] = ()  # the command that decides a statement given as its last word


# -- the same statement in the languages of the programs


def written(s: Statement, sign: str = " ") -> str:
    """``2 H(X1,X2) - 1 H(X1) >= 0``, in decimals, as Citip and minitip read it."""
    if s.factor:
        return f"{decimal(s.factor)}{sign}I(X1;X2) <= H(X1)"
    parts = []
    for mask, c in sorted(s.goal.items(), key=lambda item: (item[1] < 0, item[0])):  # no sign at the beginning
        names = ",".join(f"X{i + 1}" for i in range(s.n) if mask >> i & 1)
        parts.append(f"{'-' if c < 0 else '+'} {decimal(abs(c))}{sign}H({names})")
    text = " ".join(parts)
    return f"{text.removeprefix('+ ')} >= 0"


def decimal(c: Fraction) -> str:
    """Exact if the number has a finite decimal expansion of 20 digits."""
    if c.denominator == 1:
        return str(c.numerator)
    scaled = c * 10**20
    assert scaled.denominator == 1, c
    digits = str(scaled.numerator).rjust(21, "0")
    return f"{digits[:-20]}.{digits[-20:]}".rstrip("0")


def links(n: int, sign: str) -> list[str]:
    return [sign.join(f"X{i + 1}" for i in range(n))]


# -- processes


def called(words: Sequence[str], limit: float, text: str = "", memory: bool = True) -> tuple[float | None, int, str]:
    """Wall time (None: over the limit), exit status, output of a process."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    try:
        done = subprocess.run(
            list(words),
            input=text,
            capture_output=True,
            text=True,
            timeout=limit,
            env=environment,
            preexec_fn=_bounded if memory else None,
        )
    except subprocess.TimeoutExpired:
        return None, -1, ""
    return time.perf_counter() - began, done.returncode, done.stdout + done.stderr


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def over(limit: float) -> Answer:
    return Answer(None, f"> {limit:g} s")


# -- provers


def citip(program: str) -> Prover:
    def ask(s: Statement, limit: float) -> Answer:
        premises = links(s.n, "/") if s.chain else []
        return _by_status(*called([program, written(s), *premises], limit), limit=limit)

    return Prover("Citip", ask, (program,))


def minitip(program: str) -> Prover:
    base = (program, "-c-", "-q", "-S")

    def ask(s: Statement, limit: float) -> Answer:
        premises = links(s.n, "->") if s.chain else []
        return _by_status(*called([*base, written(s, "*"), *premises], limit), limit=limit)

    return Prover("minitip", ask, base)


def _by_status(seconds: float | None, status: int, printed: str, limit: float) -> Answer:
    if seconds is None:
        return over(limit)
    said = {0: "proved", 1: "not proved"}.get(status)
    if said is None:
        words = next((line.strip() for line in printed.splitlines() if line.strip()), "")
        return Answer(None, f"failed ({words[:40] or status})")
    return Answer(seconds, said)


PSITIP = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
from psitip import *
task = json.load(sys.stdin)
def of(terms, x):
    out = Expr.zero()
    for mask, c in terms:
        joint = None
        for i in range(len(x)):
            if mask >> i & 1:
                joint = x[i] if joint is None else joint + x[i]
        out = out + c * H(joint)
    return out
def asked(task):
    x = [rv("X%d" % (i + 1)) for i in range(task["n"])]
    if task["factor"]:
        return task["factor"] * I(x[0] & x[1]) <= H(x[0])
    claim = of(task["goal"], x) >= 0
    return (markov(*x) >> claim) if task["chain"] else claim
warm = asked({"n": 3, "chain": False, "factor": 0, "goal": [[1, 1], [2, 1], [3, -1]]})
bool(warm)
claim = asked(task)
began = time.perf_counter()
said = bool(claim)
print("\\n" + json.dumps([time.perf_counter() - began, said]))
"""
PSITIP_SHELL = """
import sys
from psitip import *
X, Y, Z, W = rv("X"), rv("Y"), rv("Z"), rv("W")
said = {"H(X,Y) = H(X) + H(Y|X)": lambda: H(X + Y) == H(X) + H(Y | X),
        "I(X;Y,Z) = I(X;Z) + I(X;Y|Z)": lambda: I(X & Y + Z) == I(X & Z) + I(X & Y | Z),
        "I(X;Y|Z,W) = H(X,Z,W) + H(Y,Z,W) - H(X,Y,Z,W) - H(Z,W)":
            lambda: I(X & Y | Z + W) == H(X + Z + W) + H(Y + Z + W) - H(X + Y + Z + W) - H(Z + W)}
sys.exit(0 if bool(said[sys.argv[1]]()) else 1)
"""


def psitip(python: str) -> Prover:
    """The Python of an environment with psitip; its time is that of deciding, in a process that has decided before."""

    def ask(s: Statement, limit: float) -> Answer:
        goal = [[m, float(c)] for m, c in s.goal.items()]
        task = {"n": s.n, "chain": s.chain, "factor": float(s.factor), "goal": goal}
        seconds, status, printed = called([python, "-c", PSITIP], limit, json.dumps(task))
        if seconds is None:
            return over(limit)
        last = printed.strip().splitlines()[-1:] or [""]
        if status:
            return Answer(None, f"failed ({last[0][:40]})")
        spent, holds = next(json.loads(line) for line in reversed(printed.splitlines()) if line.startswith("["))
        return Answer(spent, "proved" if holds else "not proved")

    return Prover("psitip", ask, (python, "-c", PSITIP_SHELL))


OURS = """
import json, sys, time
from fractions import Fraction
from derive.prove.information import checker, cone, reductions
from derive.prove.information.certificate import Certificate
from derive.prove.information.problem import Known, Mutual, Problem
task = json.load(sys.stdin)
def problem(n, goal, chain):
    bare = Problem(tuple("X%d" % (i + 1) for i in range(n)), {m: Fraction(c) for m, c in goal})
    rows = [Mutual((1 << k) - 1, 1 << k + 1, 1 << k).row(bare) for k in range(1, n - 1)] if chain else []
    zero = tuple(Known(row, "link %d" % k) for k, row in enumerate(rows))
    return Problem(bare.names, bare.goal, zero=zero)
prove = reductions.prove if task["reduce"] else cone.prove
for n in (2, 6):  # the solver is loaded; another statement than the one that is timed
    goal = [[(1 << n) - 1, -1]] + [[1 << i, 1] for i in range(n)]
    cone.prove(problem(n, goal, False))
    reductions.prove(problem(n, goal, False))
asked = problem(task["n"], task["goal"], task["chain"])
began = time.perf_counter()
found = prove(asked)
if isinstance(found, Certificate):
    checker.check(asked, found)
spent = time.perf_counter() - began
print("\\n" + json.dumps([spent, isinstance(found, Certificate), type(found).__name__]))
"""


def ours(reduce: bool) -> Prover:
    """This package, in a process that has decided before: to a certificate that the checker has accepted."""

    def ask(s: Statement, limit: float) -> Answer:
        goal = [[m, str(c)] for m, c in s.goal.items()]
        task = {"n": s.n, "chain": s.chain, "goal": goal, "reduce": reduce}
        seconds, status, printed = called([sys.executable, "-c", OURS], limit, json.dumps(task), memory=False)
        if seconds is None:
            return over(limit)
        if status:
            return Answer(None, f"failed ({(printed.strip().splitlines() or [''])[-1][:60]})")
        spent, proved, kind = next(json.loads(line) for line in reversed(printed.splitlines()) if line.startswith("["))
        return Answer(spent, "proved" if proved else f"not proved ({kind})")

    name = "derive" if reduce else "derive, cone alone"
    return Prover(name, ask, (sys.executable, "-m", "derive", "check") if reduce else ())


def found(options: dict[str, str]) -> tuple[list[Prover], list[str]]:
    """The provers that are there, ours first, and what is not available."""
    there, absent = [ours(True), ours(False)], []
    for name, make in (("psitip", psitip), ("citip", citip), ("minitip", minitip)):
        program = options.get(name) or os.environ.get(name.upper(), "")
        if program and Path(program).exists():
            there.append(make(program))
        else:
            absent.append(f"{name}: not available" + (f" ({program} is missing)" if program else ""))
    return there, absent
