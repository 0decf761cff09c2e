"""Decides the bank of statements about divergences and variational bounds, and counts what was decided right.

    python -m benchmarks.divergences [-v]

A row is right if a true statement is proved, and a false one refuted by tables of rational numbers. Status 0 if all
rows are right.
"""

from __future__ import annotations

import sys
import time

from benchmarks.divergence_bank import BANK, Row
from derive.api import decide_statement


def decided(row: Row) -> tuple[str, str, float]:
    """The verdict on a row, its method, and the seconds it took."""
    start = time.perf_counter()
    ((_, verdict),) = decide_statement(row.text, row.where, row.given)
    return verdict.kind, verdict.method, time.perf_counter() - start


def main() -> int:
    verbose = "-v" in sys.argv[1:]
    wrong, seconds, slowest = [], 0.0, (0.0, "")
    methods: dict[str, int] = {}
    for row in BANK:
        kind, method, took = decided(row)
        seconds += took
        slowest = max(slowest, (took, row.text))
        methods[method] = methods.get(method, 0) + 1
        expected = "proved" if row.true else "refuted"
        if kind != expected:
            wrong.append(f"{row.topic}: {row.text} given {', '.join(row.given) or 'nothing'} is {kind}, not {expected}")
        if verbose:
            print(f"{kind:9} {1000 * took:7.1f} ms  {row.text}  [{method}]")
    true = sum(row.true for row in BANK)
    right = f"{len(BANK) - len(wrong)} of {len(BANK)} decided right"
    print(f"{right} ({true} true, {len(BANK) - true} false), {seconds:.1f} s")
    print(f"slowest {slowest[0]:.2f} s: {slowest[1]}")
    for method, count in sorted(methods.items()):
        print(f"  {count:3} by {method}")
    for line in wrong:
        print(line)
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())
