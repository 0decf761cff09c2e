"""The same verdicts whatever the seed: ``python -m benchmarks.stability`` runs the benchmark again and again.

Runs differ in the seed of the draws, or in Python's hash seed. Exit status 1 if any verdict is not the same in all.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
Verdicts = dict[str, str]  # by line


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options().parse_args(arguments)
    plan = [(seed, 0) for seed in range(options.seeds)] + [(0, hashed) for hashed in range(1, options.hash_seeds)]
    found: list[tuple[str, Verdicts]] = []
    for seed, hashed in plan:
        name = f"--seed {seed}, PYTHONHASHSEED={hashed}"
        found.append((name, verdicts(seed, hashed, options.every, options.jobs, options.family or [])))
        print(f"{name:<32} {len(found[-1][1])} verdicts, {len(list(differences(found[0], found[-1])))} different")
    different = [line for run in found[1:] for line in differences(found[0], run)]
    print("\n".join(dict.fromkeys(different)) if different else f"{len(plan)} runs, the same verdicts in all")
    return 1 if different else 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stability", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="how many seeds of the draws")
    parser.add_argument("--hash-seeds", type=int, default=8, help="how many hash seeds")
    parser.add_argument("--every", type=int, default=10, metavar="K", help="only every K-th statement of a family")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes")
    parser.add_argument("--family", action="append", help="only this one; may be repeated")
    return parser


def verdicts(seed: int, hashed: int, every: int, jobs: int, family: Sequence[str]) -> Verdicts:
    """The verdicts of one run, of the statements and of the mutants, in a process with this hash seed."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "trials.jsonl"
        words = [sys.executable, "-m", "benchmarks.soundness", "--json", file, "--seed", seed, "--every", every]
        words += ["--jobs", jobs, *(word for name in family for word in ("--family", name))]
        environment = {**os.environ, "PYTHONHASHSEED": str(hashed)}
        done = subprocess.run([str(w) for w in words], cwd=ROOT, env=environment, capture_output=True, text=True)
        if not file.exists():
            raise SystemExit(f"the benchmark did not run:\n{done.stdout}{done.stderr}")
        trials = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    findings = [finding for trial in trials for finding in (trial["finding"], *trial["mutants"])]
    return {_line(finding["statement"]): finding["verdict"] for finding in findings}


def _line(statement: dict[str, str]) -> str:
    return "\t".join(statement[part] for part in ("text", "given", "where")).rstrip("\t")


def differences(first: tuple[str, Verdicts], second: tuple[str, Verdicts]) -> Iterator[str]:
    """The lines that two runs decided differently. A mutant that only one of them had is different, too."""
    for line in dict.fromkeys([*first[1], *second[1]]):
        one, other = (verdicts.get(line, "not there") for _, verdicts in (first, second))
        if one != other:
            yield f"{line}\n    {first[0]}: {one}\n    {second[0]}: {other}"


if __name__ == "__main__":
    sys.exit(main())
