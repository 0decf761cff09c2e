"""How long provers of entropy inequalities take, side by side: ours, psitip, Citip, minitip.

    python -m benchmarks.information --psitip VENV/bin/python --citip PATH --minitip PATH

Identities are timed from the shell as whole processes. All else is timed in a process that has decided something
before, to the certificate that the checker has accepted; of Citip and minitip, which have no such mode, as a process.
Every figure is the least of `--repeat` runs, each in a process of its own. The exit status is 1 if we decide something
wrongly, or a bar on our times does not hold; `--untimed` leaves out the bars.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import sys
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

from benchmarks.entropy_provers import Answer, Prover, Row, Statement, called, found
from derive.api import check

IDENTITIES = (
    "H(X,Y) = H(X) + H(Y|X)",
    "I(X;Y,Z) = I(X;Z) + I(X;Y|Z)",
    "I(X;Y|Z,W) = H(X,Z,W) + H(Y,Z,W) - H(X,Y,Z,W) - H(Z,W)",
)
TIES = range(5, 16)  # (1 + 10^-k) I(X;Y) <= H(X)
PEERS_LIMIT = 16  # variables: beyond, a peer would need a column for each of 2^n sets
GENERIC, SUMMANDS, SEED = 12, (40, 400), 20
# Seconds that we may take, by the name of a statement; of the shell for each identity.
SHELL_BAR = 0.1
BARS = {f"Han, n = {n}": 0.01 for n in range(4, 8)} | {"Markov chain, n = 16": 0.1, "Markov chain, n = 64": 1.0}
BARS |= {"Han, n = 30": 1.0, **{f"generic, n = {GENERIC}, of {k} terms": 60.0 for k in SUMMANDS}}
NO_SLOWER = tuple(f"Han, n = {n}" for n in (8, 9, 10))  # than the fastest of the others


def han(n: int) -> Statement:
    """(n − 1) H(all) <= Σ H(all but one)."""
    full = (1 << n) - 1
    goal: Row = {full ^ 1 << i: Fraction(1) for i in range(n)}
    goal[full] = Fraction(1 - n)
    return Statement(f"Han, n = {n}", n, goal)


def chain(n: int) -> Statement:
    """I(X1;Xn) <= I(Xk;Xk+1) of a Markov chain, k in the middle."""
    goal: Row = {}
    k = n // 2
    for sign, a, b in ((1, 1 << k - 1, 1 << k), (-1, 1, 1 << n - 1)):
        for mask, c in ((a, 1), (b, 1), (a | b, -1)):
            goal[mask] = goal.get(mask, Fraction(0)) + sign * c
    return Statement(f"Markov chain, n = {n}", n, {m: c for m, c in goal.items() if c}, chain=True)


def generic(n: int, summands: int, seed: int) -> Statement:
    """A random sum of elemental inequalities with factors 1 to 9: nothing to merge, no symmetry."""
    draw = random.Random(seed)
    goal: Row = {}
    full = (1 << n) - 1
    for _ in range(summands):
        factor = draw.randint(1, 9)
        i, j = draw.sample(range(n), 2)
        rest = draw.getrandbits(n) & ~(1 << i) & ~(1 << j)
        pairs = ((rest | 1 << i, 1), (rest | 1 << j, 1), (rest | 1 << i | 1 << j, -1), (rest, -1))
        if draw.random() < 0.1:
            pairs = ((full, 1), (full ^ 1 << i, -1))
        for mask, c in pairs:
            goal[mask] = goal.get(mask, Fraction(0)) + factor * c
    return Statement(f"generic, n = {n}, of {summands} terms", n, {m: c for m, c in goal.items() if m and c})


def tie(k: int) -> Statement:
    """(1 + 10^−k) I(X;Y) <= H(X): false for Y = X."""
    factor = 1 + Fraction(1, 10**k)
    return Statement(f"tie, 10^-{k}", 2, {1: 1 - factor, 2: -factor, 3: factor}, factor=factor)


STATEMENTS = (
    *(han(n) for n in range(4, 11)),
    *(chain(n) for n in (8, 12, 16, 64)),
    han(30),
    *(generic(GENERIC, k, SEED) for k in SUMMANDS),
)


def main(words: list[str] | None = None) -> int:
    """Run what the options say; returns the exit status."""
    options = _options().parse_args(words)
    provers, absent = found({name: getattr(options, name) for name in ("psitip", "citip", "minitip")})
    print(machine())
    for line in absent:
        print(line)
    failures = [*shell(provers, options.repeat, not options.untimed)]
    failures += timed(provers, options.only, options.repeat, options.limit, not options.untimed)
    if not options.only:
        failures += ties(provers, options.limit)
    if options.json:
        Path(options.json).write_text(json.dumps(RECORDED, indent=1) + "\n", encoding="utf-8")
    print("\n" + ("\n".join(failures) if failures else "all bars hold"))
    return 1 if failures else 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--psitip", default="", metavar="PYTHON", help="of an environment with psitip; or $PSITIP")
    parser.add_argument("--citip", default="", metavar="PROGRAM", help="or $CITIP")
    parser.add_argument("--minitip", default="", metavar="PROGRAM", help="or $MINITIP")
    parser.add_argument("--only", action="append", default=[], metavar="TEXT", help="statements whose names have this")
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="runs, of which the fastest counts")
    parser.add_argument("--limit", type=float, default=60, metavar="SECONDS", help="for one answer")
    parser.add_argument("--untimed", action="store_true", help="leave out the bars on time")
    parser.add_argument("--json", metavar="FILE", help="write every figure")
    return parser


RECORDED: list[dict[str, object]] = []


def shell(provers: list[Prover], repeat: int, bars: bool) -> Iterable[str]:
    """Identities, as whole processes; the first run warms the caches of the disk and is not counted."""
    callables = [p for p in provers if p.shell]
    table = Table("identity, from the shell", [p.name for p in callables], IDENTITIES)
    failures = []
    for text in IDENTITIES:
        cells = [text]
        for prover in callables:
            runs = [called([*prover.shell, text], 120) for _ in range(repeat + 1)][1:]
            right = all(status == 0 for _, status, _ in runs)
            best = min((s for s, _, _ in runs if s is not None), default=None)
            cells.append(_cell(Answer(best, "proved" if right else "wrong"), True))
            _record(text, prover, best, "proved" if right else "wrong")
            if prover is provers[0] and (not right or (bars and (best is None or best > SHELL_BAR))):
                failures.append(f"{text}: {cells[-1]}, the bar is {SHELL_BAR} s from the shell")
        table.row(cells)
    return failures


def timed(provers: list[Prover], only: list[str], repeat: int, limit: float, bars: bool) -> list[str]:
    """True statements, family by family; who is over the limit is not asked for larger ones of a family."""
    asked = [s for s in STATEMENTS if not only or any(text in s.name for text in only)]
    table = Table("seconds to a proof", [p.name for p in provers], [s.name for s in asked])
    failures: list[str] = []
    gone: set[tuple[str, str]] = set()
    for s in asked:
        family = s.name.partition(",")[0]
        answers: dict[str, Answer] = {}
        for prover in provers:
            cone_alone = prover.name.endswith("alone")
            if s.n > PEERS_LIMIT and prover is not provers[0]:
                answers[prover.name] = Answer(None, f"2^{s.n} sets")
            elif (prover.name, family) in gone or (cone_alone and s.chain and s.n > 12):
                answers[prover.name] = Answer(None, "not asked")
            else:
                answers[prover.name] = _best(prover, s, repeat, limit)
            if answers[prover.name].seconds is None:
                gone.add((prover.name, family))
            _record(s.name, prover, answers[prover.name].seconds, answers[prover.name].said)
        table.row([s.name, *(_cell(a, True) for a in answers.values())])
        failures += _missed(s, answers, provers[0].name, bars)
    return failures


def _best(prover: Prover, s: Statement, repeat: int, limit: float) -> Answer:
    """The fastest of some runs; one run where it takes long."""
    best = prover.ask(s, limit)
    for _ in range(repeat - 1):
        if best.seconds is None or best.seconds > 5:
            break
        again = prover.ask(s, limit)
        best = min(best, again, key=lambda a: (a.said == best.said, a.seconds if a.seconds is not None else limit))
    return best


def _missed(s: Statement, answers: dict[str, Answer], us: str, bars: bool) -> list[str]:
    own = answers[us]
    if own.said != "proved" or own.seconds is None:
        return [f"{s.name}: {own.said}"]
    if not bars:
        return []
    if s.name in BARS and own.seconds > BARS[s.name]:
        return [f"{s.name}: {own.seconds:.3g} s, the bar is {BARS[s.name]:g} s"]
    others = [a.seconds for name, a in answers.items() if not name.startswith(us) and a.seconds is not None]
    if s.name in NO_SLOWER and others and own.seconds > min(others):
        return [f"{s.name}: {own.seconds:.3g} s, another takes {min(others):.3g} s"]
    return []


def ties(provers: list[Prover], limit: float) -> list[str]:
    """Who accepts what is false by a hair."""
    provers = [p for p in provers if not p.name.endswith("alone")]
    table = Table("(1 + 10^-k) I(X;Y) <= H(X), false", [p.name for p in provers])
    failures = []
    for k in TIES:
        answers = [p.ask(tie(k), limit) for p in provers]
        for prover, answer in zip(provers, answers, strict=True):
            _record(tie(k).name, prover, answer.seconds, answer.said)
        said = ["accepts" if a.said == "proved" else "rejects" if a.said.startswith("not") else a.said for a in answers]
        if said[0] == "rejects":  # with a distribution at which it is false
            said[0] = check(f"{1 + Fraction(1, 10**k)} I(X;Y) <= H(X)").kind
        table.row([f"k = {k}", *said])
        if said[0] != "refuted":
            failures.append(f"{tie(k).name}: {said[0]}, and it is false")
    return failures


def machine() -> str:
    """Processor, cores, what else it does, Python."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        name = models[0] if models else name
    load = os.getloadavg()[0]
    return f"{name}, {os.cpu_count()} cores, load {load:.1f}; Python {platform.python_version()}"


def _record(statement: str, prover: Prover, seconds: float | None, said: str) -> None:
    RECORDED.append({"statement": statement, "prover": prover.name, "seconds": seconds, "said": said})


def _cell(answer: Answer, expected: bool) -> str:
    if answer.seconds is None:
        return answer.said
    shown = f"{answer.seconds:.4f}" if answer.seconds < 1 else f"{answer.seconds:.2f}"
    return shown if (answer.said == "proved") == expected else f"{shown} {answer.said}"


class Table:
    """Printed row by row, while the figures come."""

    def __init__(self, what: str, columns: Iterable[str], rows: Iterable[str] = ()) -> None:
        names = [what, *columns]
        self.widths = [max(map(len, (what, *rows))), *(max(len(name), 9) for name in names[1:])]
        print()
        self.row(names)

    def row(self, cells: list[str]) -> None:
        padded = (c.rjust(w) if k else c.ljust(w) for k, (c, w) in enumerate(zip(cells, self.widths, strict=True)))
        print("  ".join(padded).rstrip(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
