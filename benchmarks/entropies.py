"""Decides every statement of the entropy bank, and says which bars hold: ``python -m benchmarks.entropies``.

All have to be decided right, every false one by a distribution that refutes it when it is read back from what was
printed, and all of them within a minute.
"""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from benchmarks.entropy_bank import Statement, statements
from derive.api import check
from derive.expr.propositions import Relation
from derive.prove.information.reading import problem
from derive.prove.information.witness import recorded
from derive.prove.verdict import Verdict
from derive.text.statement import parse

LEAST_STATEMENTS = 200
MOST_SECONDS = 60
PROCESSES = 2


@dataclass(frozen=True)
class Finding:
    """What came of one statement; `by_distribution`: the distribution that was printed refutes it once more."""

    statement: Statement
    verdict: str
    method: str
    by_distribution: bool
    seconds: float

    @property
    def is_right(self) -> bool:
        return self.verdict == "proved" if self.statement.is_true else self.verdict == "refuted"


def decided(statement: Statement) -> Finding:
    """The verdict on one statement."""
    start = time.perf_counter()
    verdict = check(statement.text, given=statement.premises, where=statement.where)
    seconds = time.perf_counter() - start
    return Finding(statement, verdict.kind, verdict.method, refutes_again(statement, verdict), seconds)


def refutes_again(statement: Statement, verdict: Verdict) -> bool:
    """Whether the distribution of a counterexample, read back, satisfies the premises and refutes the statement."""
    if verdict.counterexample is None:
        return False
    parsed = parse(statement.text, statement.where, statement.premises)
    for relation in parsed.relations:
        rows = problem(relation, parsed.premises) if isinstance(relation, Relation) else None
        if rows is not None and rows.exact and recorded(rows, verdict.counterexample.at).refutes(rows):
            return True
    return False


def main() -> int:
    """Print the table; 0 if all bars hold, else 1."""
    every = statements()
    start = time.perf_counter()
    with ProcessPoolExecutor(PROCESSES) as pool:
        findings = list(pool.map(decided, every, chunksize=4))
    seconds = time.perf_counter() - start
    print(f"{'family':<34} statements  right  proved  beyond Shannon  refuted by a distribution  seconds")
    families = list(dict.fromkeys(f.statement.family for f in findings))
    for name in (*families, "total"):
        _print_row(name, [f for f in findings if name in (f.statement.family, "total")])
    for finding in findings:
        if not finding.is_right or (not finding.statement.is_true and not finding.by_distribution):
            s = finding.statement
            print(f"missed: {s.place}: {s.text}  given {s.given!r} where {s.where!r}: {finding.verdict}")
    false = [f for f in findings if not f.statement.is_true]
    bars = {
        f"at least {LEAST_STATEMENTS} statements, half of them false": len(every) >= LEAST_STATEMENTS
        and 0.45 <= len(false) / len(every) <= 0.55,
        "all decided right": all(f.is_right for f in findings),
        "every false one refuted by a distribution": all(f.by_distribution for f in false),
        f"under {MOST_SECONDS} seconds in {PROCESSES} processes": seconds < MOST_SECONDS,
    }
    print(f"{seconds:.1f} seconds in all")
    for text, holds in bars.items():
        print(f"{'holds' if holds else 'FAILS'}: {text}")
    return 0 if all(bars.values()) else 1


def _print_row(name: str, findings: list[Finding]) -> None:
    right = sum(f.is_right for f in findings)
    proved = sum(f.verdict == "proved" for f in findings)
    beyond = sum(f.method == "copy lemma" for f in findings)
    refuted = sum(f.by_distribution for f in findings)
    seconds = sum(f.seconds for f in findings)
    print(f"{name:<34} {len(findings):>10}  {right:>5}  {proved:>6}  {beyond:>14}  {refuted:>25}  {seconds:>7.1f}")


if __name__ == "__main__":
    raise SystemExit(main())
