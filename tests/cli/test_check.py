"""`derive check`: verdicts, exit statuses, JSON, and clear messages for bad input."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from derive.cli import main

ENTRY = '''
"""An entry of a user."""

from derive import rules as r
from derive.entry import D, Dim, Entry, binary, calc, eq, exp, log, real, refute, sigmoid, softplus

N, M = Dim("N", index="i"), Dim("M", index="j")


class LogCosh(Entry):
    """Logistic loss of a margin."""

    z = real(N)
    w = real(M, N)
    loss = {loss}
    slope = calc(D(loss, z), eq({slope}))
'''
GOOD = {"loss": "softplus(-z)", "slope": "-sigmoid(-z)"}


def write(folder: Path, **changes: str) -> str:
    file = folder / "mine.py"
    file.write_text(ENTRY.format(**{**GOOD, **changes}), encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["x + x = 2*x"], 0),
        (["-x + x = 0"], 0),
        (["-x = 0"], 1),
        (["(x + y)**2 = x**2 + y**2"], 1),
        (["x + = 2"], 2),
        (["frob(x) = 1"], 2),
        (["no.such_entry"], 2),
        (["missing.py"], 2),
        ([], 2),
        (["--no-such-option"], 2),
        ([""], 2),
        (["tests"], 2),
        (["cos(pi/5) = (1 + sqrt(5))/4", "--require", "proved"], 3),
        (["x = x", "y = 2*y"], 1),
        (["x = x", "y = 2*y", "x + = 1"], 2),
        (["loss.focal"], 0),
    ],
)
def test_exit_status(words: list[str], status: int) -> None:
    assert main(["check", *words]) == status


def test_a_users_file_works_like_the_catalog(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", write(tmp_path), "--json"]) == 0
    (row,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (row["entry"], row["calc"], row["line"], row["verdict"]) == ("mine.log_cosh", "slope", 1, "proved")


def test_a_wrong_line_is_refuted_with_its_counterexample(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", write(tmp_path, slope="sigmoid(-z)"), "--json"]) == 1
    (row,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (row["calc"], row["line"], row["verdict"]) == ("slope", 1, "refuted")
    assert row["counterexample"]["lhs"] != row["counterexample"]["rhs"]
    assert "mine.py" in row["counterexample"]["command"]


@pytest.mark.parametrize(
    ("changes", "fragments"),
    [
        ({"loss": "softplus(-q)"}, ("mine.py:15", "q")),
        ({"loss": "0.5 * softplus(-z)"}, ("mine.py:15", "float 0.5", "Rational(1, 2)")),
        ({"loss": "softplus(-z) + w @ w.T"}, ("mine.py:15", "(N)", "(M, M)", "indices")),
        ({"loss": "softplus(-z @ w)"}, ("mine.py:15", "`-z` with axes (N)", "`w` with axes (M, N)")),
        ({"loss": "softplus(-z"}, ("mine.py:15", "not Python", "^")),
        ({"slope": "-sigmoid(-z), by='because'"}, ("mine.py:16", "note=")),
    ],
)
def test_bad_entries_point_at_their_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, str], fragments: tuple[str, ...]
) -> None:
    assert main(["check", write(tmp_path, **changes)]) == 2
    message = capsys.readouterr().err
    for fragment in fragments:
        assert fragment in message


@pytest.mark.parametrize(
    ("text", "caret_under", "fragment"),
    [
        ("(x + y = 1", "(", "never closed"),
        ("x + y) = 1", ")", "nothing opens"),
        ("x + frob(y) = 1", "f", "frob"),
        ("x $ y = 1", "$", ""),
    ],
)
def test_bad_statements_point_at_the_character(
    capsys: pytest.CaptureFixture[str], text: str, caret_under: str, fragment: str
) -> None:
    assert main(["check", text]) == 2
    lines = capsys.readouterr().err.splitlines()
    caret = next(k for k, line in enumerate(lines) if line.strip() == "^")
    assert lines[caret - 1][lines[caret].index("^")] == caret_under
    assert fragment in lines[0]


def test_not_python_not_text_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "noise.py"
    file.write_bytes(b"\xff\xfe\x00\x01")
    assert main(["check", str(file)]) == 2
    assert "noise.py" in capsys.readouterr().err
    file.write_text("x = 1\n", encoding="utf-8")
    assert main(["check", str(file)]) == 2
    assert "holds no entry" in capsys.readouterr().err


def test_unknown_id_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "loss.focl"]) == 2
    assert "loss.focal" in capsys.readouterr().err


def test_statements_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "statements.txt"
    file.write_text("# comment\n\nx + y = y + x\nn**2 = n\t\tn: int in [0,1]\nx = 1\tx = 1\n", encoding="utf-8")
    assert main(["check", "-f", str(file), "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == 3
    assert {row["verdict"] for row in rows} <= {"proved", "tested"}


def test_json_has_the_keys_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "x = 2*x", "--json"])
    row = json.loads(capsys.readouterr().out)
    assert {
        "schema", "statement", "entry", "calc", "line", "expected", "verdict", "method", "assumptions", "conditions",
        "reason_status", "counterexample", "evidence", "steps", "message", "position",
    } == set(row)  # fmt: skip
    assert set(row["counterexample"]) >= {"shapes", "at", "lhs", "rhs", "command"}


def test_output_is_deterministic(capsys: pytest.CaptureFixture[str]) -> None:
    outputs = []
    for _ in range(2):
        main(["check", "loss.gaussian_nll", "--json"])
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]


def test_help_is_light() -> None:
    code = (
        "import sys; from derive.cli import main; main(['--help']); main(['check', '--help']);"
        "sys.exit(bool({'sympy', 'torch', 'numpy', 'flint'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0
