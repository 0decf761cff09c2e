"""The benchmark beside other provers: the same statement for all, absent programs, and who accepts what is false."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction
from math import log
from pathlib import Path

import pytest

from benchmarks import information
from benchmarks.entropy_provers import Statement, citip, decimal, found, ours, written
from derive.text.statement import parse


def entropies(n: int, seed: int) -> dict[int, float]:
    """The joint entropies of a random distribution of n bits."""
    draw = random.Random(seed)
    weights = [draw.random() ** 3 for _ in range(1 << n)]
    out = {}
    for mask in range(1, 1 << n):
        parts: Counter[int] = Counter()
        for outcome, weight in enumerate(weights):
            parts[outcome & mask] += weight / sum(weights)  # type: ignore[assignment]
        out[mask] = -sum(p * log(p) for p in parts.values())
    return out


@pytest.mark.parametrize("statement", [information.han(4), information.generic(5, 9, 1), information.generic(6, 40, 2)])
def test_statements_are_true(statement: information.Statement) -> None:
    for seed in range(20):
        h = entropies(statement.n, seed)
        assert sum(float(c) * h[mask] for mask, c in statement.goal.items()) >= -1e-9


def test_a_tie_is_false_for_equal_variables() -> None:
    bit: dict[int, Fraction] = dict.fromkeys((1, 2, 3), Fraction(1))
    assert [sum(c * bit[m] for m, c in information.tie(k).goal.items()) for k in (5, 12)] == [
        Fraction(-1, 10**5),
        Fraction(-1, 10**12),
    ]


def test_all_programs_are_asked_the_same() -> None:
    statement = information.tie(9)
    assert written(statement) == "1.000000001 I(X1;X2) <= H(X1)"
    asked = Statement("", 2, {1: Fraction(-1, 2), 3: Fraction(2)})
    assert written(asked, "*") == "2*H(X1,X2) - 0.5*H(X1) >= 0"
    assert parse(written(information.han(4))).relations
    assert decimal(Fraction(1, 10**15) + 1) == "1.000000000000001"


def test_absent_programs_are_said_to_be_absent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("PSITIP", "CITIP", "MINITIP"):
        monkeypatch.delenv(name, raising=False)
    there, absent = found({"citip": str(tmp_path / "nothing")})
    assert [p.name for p in there] == ["derive", "derive, cone alone"]
    assert absent[0] == "psitip: not available"
    assert "is missing" in absent[1]


def test_ours_gives_a_checked_certificate_and_no_other_answer() -> None:
    assert ours(True).ask(information.han(4), 60).said == "proved"
    assert ours(True).ask(information.tie(12), 60).said.startswith("not proved")


def test_a_program_that_accepts_everything_is_shown_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "yes"
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o755)
    monkeypatch.setattr(information, "TIES", [12])
    assert information.ties([ours(True), citip(str(program))], 60) == []
    printed = capsys.readouterr().out.splitlines()[-1].split()
    assert printed == ["k", "=", "12", "refuted", "accepts"]


def test_a_program_that_fails_or_hangs_has_no_time(tmp_path: Path) -> None:
    program = tmp_path / "fails"
    program.write_text("#!/bin/sh\necho too large\nexit 3\n")
    program.chmod(0o755)
    answer = citip(str(program)).ask(information.han(4), 10)
    assert answer.seconds is None
    assert answer.said == "failed (too large)"
    program.write_text("#!/bin/sh\nexec sleep 30\n")
    assert citip(str(program)).ask(information.han(4), 0.3).said == "> 0.3 s"
