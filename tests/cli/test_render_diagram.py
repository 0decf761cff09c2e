"""`derive render --diagram`: from the command line to a file, or to a clear message."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from derive.cli import main

DATA_PROCESSING = ("I(X;Z) <= I(X;Y)", "--given", "X -> Y -> Z")
CHAIN_RULE = "I(X;Y,Z) = I(X;Z) + I(X;Y|Z)"


@pytest.mark.parametrize("suffix", ["svg", "html", "tex"])
def test_a_statement_is_drawn(suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / f"chain.{suffix}"
    assert main(["render", "--diagram", CHAIN_RULE, "-o", str(file)]) == 0
    said = capsys.readouterr().err
    assert "verified: equal on all 7 atoms (exact)" in said
    first = file.read_bytes()
    assert main(["render", "--diagram", CHAIN_RULE, "-o", str(file)]) == 0
    assert file.read_bytes() == first
    assert [p.name for p in tmp_path.iterdir()] == [file.name]


def test_premises_and_title(tmp_path: Path) -> None:
    file = tmp_path / "x.svg"
    words = ["I(X;Z) <= I(X;Y)", "--given", "X -> Y -> Z", "--title", "Data processing"]
    assert main(["render", "--diagram", *words, "-o", str(file)]) == 0
    root = ET.fromstring(file.read_text("utf-8"))
    assert root.findtext("{http://www.w3.org/2000/svg}title") == "Data processing"
    text = "".join(root.itertext())
    assert "1 non-negative atom (exact)" in text
    assert "hatch" in file.read_text("utf-8")


def test_latex_statements(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [r"I(X;Y) = H(X) - H(X \mid Y)", "--latex", "-o", "-", "--to", "svg"]
    assert main(["render", "--diagram", *words]) == 0
    assert capsys.readouterr().out.startswith("<svg ")


def test_a_false_statement_is_drawn_as_one_and_exits_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.svg"
    assert main(["render", "--diagram", "I(X;Y|Z) = I(X;Y)", "-o", str(file)]) == 1
    assert "refuted: unlike on 1 of 7 atoms (exact)" in capsys.readouterr().err
    assert "✓" not in file.read_text("utf-8")
    file.unlink()
    assert main(["render", "--diagram", "I(X;Y|Z) = I(X;Y)", "-o", str(file), "--strict"]) == 1
    assert not file.exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["H(A,B,C,D,E,F) >= 0", "-o", "x.svg"], "at most 5 variables, and here are 6"),
        (["I(X;Y) <= log 2", "-o", "x.svg"], "a diagram shows sums of measures"),
        (["a + b = b + a", "-o", "x.svg"], "here is none"),
        (["loss.focal", "-o", "x.svg"], "no calculation is an equation or inequality of measures"),
        (["loss.focal", "-o", "x.svg", "--given", "X -> Y -> Z"], "are for statements"),
        (["H(X) >= 0", "-o", "x.pptx"], "the format is one of svg, html, tex"),
        (["H(X >= 0", "-o", "x.svg"], "never closed"),
    ],
)
def test_clear_messages(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["render", "--diagram", *words]) == 2
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_drawings_are_made_with_the_option_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "loss.focal", "-o", "x.svg"]) == 2
    assert "one of html, tex" in capsys.readouterr().err


def test_the_same_bytes_for_every_hash_seed() -> None:
    runs = [
        subprocess.run(
            [sys.executable, "-m", "derive", "render", "--diagram", *DATA_PROCESSING, "-o", "-", "--to", "svg"],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]


def test_an_entry_with_its_own_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.svg"
    assert main(["render", "--diagram", "info.data_processing", "--calc", "other_way", "-o", str(file)]) == 0
    text = "".join(ET.fromstring(file.read_text("utf-8")).itertext())
    assert "Data processing · other way" in text
    assert "2 steps proved" in text
    assert "info.data_processing · sha " in text
    capsys.readouterr()
    for calc, message in (("nope", "has no calculation 'nope'"), ("no_loss", "no calculation is an equation")):
        assert main(["render", "--diagram", "info.data_processing", "--calc", calc, "-o", str(file)]) == 2
        assert message in capsys.readouterr().err
