"""The soundness benchmark: ``python -m benchmarks.soundness`` decides every true statement and its mutants.

Exit status 1 if a bar fails; README.md says what the bars are.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import multiprocessing
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from benchmarks.bank import Statement, families
from benchmarks.summary import failures, misses, rows, table
from benchmarks.trial import MOST_MUTANTS, Trial, hold

MOST_SECONDS = 600  # on two cores
LONGEST_TRIAL = 300  # seconds for a statement with its mutants, most of which take milliseconds


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options().parse_args(arguments)
    started = time.perf_counter()
    bank = families(options.family)
    statements = [s for family in bank.values() for s in family[:: options.every]]
    trials = run(statements, options.seed, 0 if options.no_mutants else MOST_MUTANTS, options.jobs)
    seconds = time.perf_counter() - started
    print(table(rows(trials)))
    for line in misses(trials):
        print(line)
    if options.json:
        _write(options.json, trials)
    whole = not options.family and options.every == 1
    failed = failures(trials, whole, mutated=not options.no_mutants, timed=not options.untimed)
    if seconds > MOST_SECONDS and not options.untimed:
        failed.append(f"{seconds:.0f} s")
    for line in failed:
        print(f"bar missed: {line}")
    print(f"{seconds:.0f} s", file=sys.stderr)
    return 1 if failed else 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soundness", description=__doc__)
    parser.add_argument("--family", action="append", help="only this one; may be repeated")
    parser.add_argument("--seed", type=int, default=0, help="of the draws")
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count(), help="processes")
    parser.add_argument("--no-mutants", action="store_true", help="the true statements only")
    parser.add_argument("--every", type=int, default=1, metavar="K", help="only every K-th statement of a family")
    parser.add_argument("--untimed", action="store_true", help="no bar is about time")
    parser.add_argument("--json", metavar="FILE", help="write one object per statement, with its mutants")
    return parser


def run(statements: Sequence[Statement], seed: int = 0, most_mutants: int = MOST_MUTANTS, jobs: int = 1) -> list[Trial]:
    """The trials of all statements, in order. Processes are started afresh, never forked."""
    if jobs <= 1:
        return [hold(s, seed, most_mutants) for s in statements]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        running = [pool.submit(_watched, statement, seed, most_mutants) for statement in statements]
        try:
            return [one.result() for one in running]
        except BrokenProcessPool:
            ended = [s.place for s, one in zip(statements, running, strict=True) if one.exception() is not None]
            raise SystemExit(f"a process ended; it was at one of {', '.join(ended[: 2 * jobs])}") from None


def _watched(statement: Statement, seed: int, most_mutants: int) -> Trial:
    """A trial in a process that says where it is, and ends, if it takes very long; then so does the benchmark."""
    faulthandler.dump_traceback_later(LONGEST_TRIAL, exit=True)
    try:
        return hold(statement, seed, most_mutants)
    finally:
        faulthandler.cancel_dump_traceback_later()


def _write(path: str, trials: Iterable[Trial]) -> None:
    lines = [json.dumps(trial.to_json(), ensure_ascii=False) for trial in trials]
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
