"""`derive generate`: its lines, its JSON, its exit statuses."""

import argparse
import importlib.util
import json
from pathlib import Path

import pytest

from derive.cli import MISSING, OK, REFUTED, arguments
from derive.cli.verbs import generate
from derive.codegen.check import suite
from derive.codegen.check.result import CheckResult, within
from derive.expr.errors import DeriveError

FILES = {
    "adam.py", "adam_cpp.py", "adam.cpp", "adam.cu", "adam_elements.h", "test_adam.py", "certificate.json",
}  # fmt: skip


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    arguments.generate(parser)
    return generate.run(parser.parse_args(words))


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[CheckResult]:
    """What the checks find: nothing is computed."""
    results = [within("close", 1.5e-16, 1e-12, "float64"), CheckResult("C++", None, detail="g++ is missing")]
    monkeypatch.setattr(suite, "run", lambda _: iter(results))
    return results


def test_one_line_a_check(found, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("update.adam", "-o", str(tmp_path)) == OK
    first, second, last = capsys.readouterr().out.splitlines()
    assert first.split() == ["✓", "close", "largest", "error", "1.5e-16;", "float64"]
    assert second.split() == ["·", "C++", "skipped;", "g++", "is", "missing"]
    assert last == f"wrote 7 files to {tmp_path}"
    assert {f.name for f in tmp_path.iterdir()} == FILES


def test_json(found, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("update.adam", "-o", str(tmp_path), "--json") == OK
    (line,) = capsys.readouterr().out.splitlines()
    row = json.loads(line)
    assert row["schema"] == 1
    assert row["entry"] == "update.adam"
    assert row["passed"] is True
    assert row["checks"] == [
        {"name": "close", "status": "passed", "largest_error": 1.5e-16, "detail": "float64"},
        {"name": "C++", "status": "skipped", "largest_error": None, "detail": "g++ is missing"},
    ]
    assert {Path(f).name for f in row["files"]} == FILES


def test_a_failed_check(found, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found.append(within("far", 0.5, 1e-12))
    assert run("update.adam", "-o", str(tmp_path)) == REFUTED
    out, err = capsys.readouterr()
    assert "✗ far" in out
    assert "wrote" not in out
    assert "largest error 5.0e-01; at most 1.0e-12 is allowed" in out
    assert err == "update.adam: 1 check failed; nothing written (--keep writes anyway)\n"
    assert list(tmp_path.iterdir()) == []


def test_keep(found, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found.append(within("far", float("nan"), 1e-12))
    assert run("update.adam", "-o", str(tmp_path), "--keep", "--json") == REFUTED
    row = json.loads(capsys.readouterr().out)
    assert row["passed"] is False
    assert row["checks"][-1]["largest_error"] == "nan"
    assert {f.name for f in tmp_path.iterdir()} == FILES


LOSS = """
from derive.entry import Dim, Entry, calc, call, eq, log, real, refute, sigmoid, softplus
N = Dim("N")
class Gap(Entry):
    \"\"\"A loss of one's own.\"\"\"
    z = real(N, role="input")
    gap = softplus(z) - z / 2
    {line}
    emits = ("gap",)
"""


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("slope = calc(gap, eq(softplus(-z) + z / 2), eq(softplus(z) + z))", "line slope.2 is refuted"),
        ("wrong = refute(gap, eq(softplus(-z) + z / 2))", "line wrong.1 is declared false, but proved"),
    ],
)
@pytest.mark.parametrize("json_too", [False, True])
def test_a_line_that_is_not_as_it_says(found, line, told, json_too, tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(suite, "run", lambda _: pytest.fail("a check was run"))
    (tmp_path / "mine.py").write_text(LOSS.format(line=line))
    words = ("--json", "--keep") if json_too else ()
    assert run(str(tmp_path / "mine.py"), "-o", str(tmp_path / "out"), *words) == REFUTED
    out, err = capsys.readouterr()
    assert err == f"mine.gap: {told}; nothing generated\n"
    assert json.loads(out)["error"] == err.strip() if json_too else out == ""
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["torch.nn.functional.nope", "no_such_package.loss"])
def test_an_oracle_that_does_not_exist(found, name: str, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(LOSS.format(line=f'oracle = call("{name}", z)'))
    with pytest.raises(DeriveError, match=rf"mine\.gap: the oracle {name} does not exist"):
        run(str(tmp_path / "mine.py"), "-o", str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_a_target_that_cannot_be_written(found, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "run", lambda _: pytest.fail("a check was run"))
    (tmp_path / "file").write_text("mine")
    (tmp_path / "taken" / "adam.cpp").mkdir(parents=True)
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    for folder in ("file", "file/x", "taken", "nowhere", "x" * 300):
        with pytest.raises(DeriveError, match="cannot write"):
            run("update.adam", "-o", str(tmp_path / folder))


def test_torch_is_missing(tmp_path: Path, monkeypatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert run("update.adam", "-o", str(tmp_path)) == MISSING
    assert capsys.readouterr().err == "error: torch is missing; fix: pip install 'derive-math[torch]'\n"


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("info.mutual_information", "emits no term"),
        ("loss.fokal", "loss.focal"),
        ("x = y", "neither an id nor a file"),
        ("no_such_file.py", "no such file"),
    ],
)
def test_what_cannot_be_generated(word: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DeriveError, match=message):
        run(word, "-o", str(tmp_path / "out"))
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_is_a_file(found, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(DeriveError, match="cannot write"):
        run("update.adam", "-o", str(tmp_path / "out"))
    assert (tmp_path / "out").read_text() == "mine"


def test_ones_own_file(found, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "from derive.entry import Dim, Entry, log, real, softplus\n"
        'N = Dim("N")\n'
        "class Gap(Entry):\n"
        '    """A loss of one\'s own."""\n'
        '    z = real(N, role="input")\n'
        "    gap = softplus(z) - z / 2\n"
        '    emits = ("gap",)\n'
    )
    assert run(str(tmp_path / "mine.py"), "-o", str(tmp_path / "out")) == OK
    assert (tmp_path / "out" / "gap.py").is_file()
