"""`derive render`, `show`, `list`, `doctor`: files whole or not at all, and the same bytes every time."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive import library
from derive.cli import main


@pytest.mark.parametrize("entry", library.ids())
@pytest.mark.parametrize("suffix", ["html", "tex"])
def test_every_entry_renders(entry: str, suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"page.{suffix}"
    assert main(["render", entry, "-o", str(file)]) == 0
    first = file.read_bytes()
    assert b"FAILED" not in first.replace(b".FAILED", b"")
    assert main(["render", entry, "-o", str(file)]) == 0
    assert file.read_bytes() == first
    assert [p.name for p in tmp_path.iterdir()] == [file.name]


def test_strict_writes_nothing_for_a_page_that_fails(tmp_path: Path) -> None:
    source = (library.CATALOG / "loss" / "focal.py").read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.py"
    wrong.write_text(source.replace("eq(-alpha_t * log(p_t), by", "eq(alpha_t * log(p_t), by"), encoding="utf-8")
    assert main(["render", str(wrong), "-o", str(tmp_path / "x.html"), "--strict"]) == 1
    assert not (tmp_path / "x.html").exists()
    assert main(["render", str(wrong), "-o", str(tmp_path / "x.html")]) == 1
    assert "FAILED" in (tmp_path / "x.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [["-o", "x.pptx"], ["-o", "x"], []])
def test_usage_errors(words: list[str]) -> None:
    assert main(["render", "loss.focal", *words]) == 2


def test_an_output_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("not a folder", encoding="utf-8")
    assert main(["render", "loss.focal", "-o", str(blocker / "x.html")]) == 2
    assert "cannot write" in capsys.readouterr().err
    assert blocker.read_text(encoding="utf-8") == "not a folder"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("entry", library.ids())
def test_show(entry: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", entry]) == 0
    text = capsys.readouterr().out
    record = library.entry(entry)
    assert record.title in text
    assert all(s.name in text for s in record.symbols)


def test_list_and_doctor(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(library.ids())
    assert main(["doctor", "--trusted"]) == 0
    assert "log_product" in capsys.readouterr().out
