"""Claims in LaTeX: each true one beside a false twin, on the command line, in files and in certificates."""

import json
from pathlib import Path

import pytest

import derive
from derive.cli import main

TWINS = [
    (r"\log\frac{a}{b} = \log a - \log b", r"\log\frac{a}{b} = \frac{\log a}{\log b}", "a, b: positive"),
    (r"\sigma'(z) = \sigma(z)(1 - \sigma(z))", r"\sigma'(z) = \sigma(z)(1 + \sigma(z))", ""),
    (r"\frac{d}{dx} x^3 = 3x^2", r"\frac{d}{dx} x^3 = 3x", ""),
    (r"\sum_{i=1}^n (x_i + y_i) = \sum_i x_i + \sum_i y_i", r"\sum_{i=1}^n x_i y_i = \sum_i x_i \sum_i y_i", ""),
    (r"\sum_{i=1}^n x_i - \mu = -\mu + \sum_i x_i", r"\sum_{i=1}^n x_i - \mu = \sum_{i=1}^n (x_i - \mu)", ""),
    (r"(A B)^\top = B^\top A^\top", r"(A B)^\top = A^\top B^\top", "A, B: real[n,n]"),
    (r"x^\top A y = y^\top A^\top x", r"x^\top A y = y^\top A x", "A: real[n,n]; x, y: real[n]"),
    (r"(x y^\top) z = x (y^\top z)", r"(x y^\top) z = y (x^\top z)", "x, y, z: real[n]"),
    (r"A \odot B = B \odot A", r"A B = B A", "A, B: real[n,n]"),
    (r"A^2 = A A", r"A^2 = A^{\odot 2}", "A: real[n,n]"),
    (r"\lVert x \rVert_2^2 = x^\top x", r"\lVert x \rVert_2 = x^\top x", "x: real[n]"),
    (r"\nabla_x \|x\|^2 = 2x", r"\nabla_x \|x\|^2 = x", "x: real[n]"),
    (r"\frac{\partial x_i}{\partial x_j} = \delta_{ij}", r"\frac{\partial x_i}{\partial x_j} = 1", "x: real[n]"),
    (
        r"\begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases} = \max(x, 0)",
        r"\begin{cases} x & x < 0 \\ 0 & \text{otherwise} \end{cases} = \max(x, 0)",
        "",
    ),
    (r"1 = \frac{e^x}{e^{x}}", r"e^{x + y} = e^x + e^y", ""),
    (r"-x^2 = -(x^2)", r"-x^2 = (-x)^2", ""),
    (r"\log 2x = \log(2x)", r"\log 2x = x \log 2", "x: positive"),
    (r"I(X;Y) = H(X) - H(X \mid Y)", r"I(X;Y) = H(X) - H(Y \mid X)", ""),
    (r"\beta_1 \beta_2 = \beta_2 \beta_1", r"\beta_1 = \beta_2", ""),
    (r"\sum_{i=1}^2 x_i = x_1 + x_2", r"\sum_{i=1}^2 x_i = x_1 + x_1", ""),
]  # fmt: skip


@pytest.mark.parametrize(("true", "false", "where"), TWINS, ids=[true for true, _, _ in TWINS])
def test_a_claim_and_its_false_twin(true: str, false: str, where: str) -> None:
    assert derive.check(true, where=where, latex=True).kind == "proved"
    assert derive.check(false, where=where, latex=True).kind == "refuted"


def test_the_command_that_is_printed_refutes_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--latex", r"\frac{a}{b} = a", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["counterexample"]["command"] == r"derive check --latex '\frac{a}{b} = a'"


def test_a_file_of_statements_and_its_certificate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, record = tmp_path / "claims.txt", tmp_path / "record.json"
    file.write_text("\\frac{a}{a} = 1\t\ta: positive\nx^{2} = x x\n", "utf-8")
    assert main(["check", "--latex", "-f", str(file), "--certificate", str(record)]) == 0
    assert main(["verify", str(record)]) == 0
    assert "2 checks: 2 proved" in capsys.readouterr().out


def test_a_record_does_not_pass_for_the_plain_grammar(tmp_path: Path) -> None:
    record = tmp_path / "record.json"
    assert main(["check", "--latex", "x^{2} = x x", "--certificate", str(record)]) == 0
    record.write_text(record.read_text("utf-8").replace('"latex": true', '"latex": false'), "utf-8")
    assert main(["verify", str(record)]) == 1


def test_the_caret_stands_in_the_latex(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--latex", r"\foo{x} = 1"]) == 2
    assert capsys.readouterr().err == "error[E301]: \\foo is not a macro that is read\n  \\foo{x} = 1\n  ^\n"


def test_show_reads_latex_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "--latex", r"\frac{d}{dx} \log x"]) == 0
    assert "1/x" in capsys.readouterr().out
