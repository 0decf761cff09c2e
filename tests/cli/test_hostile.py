"""Text that means harm, and mathematics without end: an error or a verdict, never execution, a hang, a traceback."""

from pathlib import Path

import pytest

from derive.cli import REFUTED, UNDECIDED, USAGE, main

NESTED = "D(" * 8 + "exp(sin(x)*exp(x))" + ", x)" * 8

REFUSED = [
    '__import__("os").system("touch pwned") = 1',
    "exec(1) = 1",
    "eval(x) = 1",
    "x.__class__ = 1",
    "lambda: 0 = 1",
    "[x for x in y] = z",
    "9**9**9 = 1",
    "9**9**9**9 = x",
    "x**999999999 = x",
    "10**(10**8) = x",
    "1e1000000000 = x",
    "(" * 5000 + "x" + ")" * 5000 + " = x",
    "(" * 150 + "x" + ")" * 150 + " = x",
    "-" * 300 + "x = x",
    "-" * 30000 + "x = x",
    "+".join("x" * 6000) + " = 1",
    "x=" * 3000 + "x",
    "x\x1b[31m = 1",
    "x\u202e = 1",
    "x\u200b = 1",
    "x\x00 = 1",
    "x = x; with x = y; y = x",
    "1/0 = 1",
]


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: ascii(text[:20]))
def test_refused_with_a_message(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["check", text]) == USAGE
    out, err = capsys.readouterr()
    assert not out
    assert err.startswith("error")
    assert err.replace("\n", "").isprintable()
    assert not list(tmp_path.iterdir())


ENDLESS = [
    ("gamma(gamma(gamma(20))) = 1", UNDECIDED),
    ("exp(exp(exp(exp(exp(100))))) = 1", UNDECIDED),
    ("Sum(k**2, k, 1, 10**9) = 1", UNDECIDED),
    ("Sum(Sum(Sum(a[i]*b[j]*c[k],i,1,1000),j,1,1000),k,1,1000) = 0", UNDECIDED),
    ("Prod(k, k, 1, 100000) = 1", UNDECIDED),
    (f"{NESTED} = 0", UNDECIDED),
    ("Limit(sin(x), x, oo) = 0", UNDECIDED),
    ("(x + y)**200 = 1", REFUTED),
    ("gamma(10**9) = 1", REFUTED),
    ("sin(10**50) = 0", REFUTED),
    ("tr(A@A@A@A@A@A@A@A@A@A@A@A) = tr(A)**12", REFUTED),
]


@pytest.mark.parametrize(("text", "status"), ENDLESS, ids=lambda text: ascii(str(text)[:30]))
def test_ends_with_a_verdict(text: str, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", text]) == status
    assert "internal error" not in capsys.readouterr().out
