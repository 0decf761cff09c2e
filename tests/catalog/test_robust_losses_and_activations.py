"""Robust losses and activations: every line of their rows is proved, and slips in limits and slopes are refuted."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive import library
from derive.entry.verification import verify

SLIPS = [  # entry, calculation, what stands there first, a slip
    (
        "loss/huber",
        "value_below",
        "(delta - h, delta), h, 0), eq(delta**2 / 2)",
        "(delta - h, delta), h, 0), eq(delta**2)",
    ),
    ("loss/huber", "slope_below", "u=delta - h), h, 0), eq(delta)", "u=delta - h), h, 0), eq(-delta)"),
    ("loss/huber", "below_envelope", "le(v**2 / 2 + delta * abs(u - v))", "le(v**2 / 3 + delta * abs(u - v))"),
    ("loss/huber", "to_absolute", "eq(abs(u)))", "eq(u))"),
    ("loss/tukey_biweight", "slope_below", "u=delta - h), h, 0), eq(0)", "u=delta - h), h, 0), eq(1)"),
    ("loss/tukey_biweight", "most", "le(delta**2 / 6)", "le(delta**2 / 7)"),
    ("loss/barron", "two", "2 + h, c), h, 0), eq((u / c) ** 2 / 2)", "2 + h, c), h, 0), eq((u / c) ** 2)"),
    ("loss/barron", "minus_infinity", "eq(1 - exp(-half * (u / c) ** 2)), note", "eq(exp(-half * (u / c) ** 2)), note"),
    ("loss/hinge", "smoothed", "eq(relu(1 - m))", "eq(relu(m - 1))"),
    ("activation/sigmoid", "flat_right", "x, oo), eq(0)", "x, oo), eq(1)"),
    ("activation/gelu", "left_tail", "eq(-1)", "eq(1)"),
    ("activation/swish", "to_half", "eq(u / 2)", "eq(u)"),
    ("activation/elu", "slope_left", "u=-h), h, 0), eq(alpha)", "u=-h), h, 0), eq(1 + alpha)"),
    ("activation/selu", "mean", "alpha * (tail_one - half))),", "alpha * (tail_one + half))),"),
]


@pytest.mark.parametrize(("entry", "calc", "there", "slip"), SLIPS)
def test_a_slip_is_refuted(entry: str, calc: str, there: str, slip: str, tmp_path: Path) -> None:
    source = (library.CATALOG / f"{entry}.py").read_text(encoding="utf-8")
    assert there in source
    file = tmp_path / "slipped.py"
    file.write_text(source.replace(there, slip, 1), encoding="utf-8")
    (record,) = library.load(file)
    assert [r.verdict.kind for r in verify(record, calc)][-1] == "refuted"


@pytest.mark.parametrize("row", ["C9", "C10", "C12", "C13", "P2"])
def test_every_line_of_the_row_is_proved(row: str) -> None:
    stating = [library.entry(name) for name in library.ids() if row in library.entry(name).states]
    assert stating
    for record in stating:
        for result in verify(record):
            wanted = "refuted" if result.expected == "refuted" else "proved"
            assert result.verdict.kind == wanted, f"{record.id} {result.calc.name}: {result.verdict.message}"
