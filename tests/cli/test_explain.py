"""What is printed by name is explained by that name, and every error of the readers has a code."""

import ast
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from derive.api import check
from derive.cli import main
from derive.cli.explained import find, tables
from derive.cli.explained.errors import ERRORS, OTHER, kind_of
from derive.cli.explained.methods import METHODS
from derive.expr.errors import DeriveError
from derive.meaning.laws import LAWS
from derive.prove.deciders import deciders
from derive.prove.information.decide import METHODS as INFORMATION
from derive.prove.information.decide import REFUTED
from derive.prove.verdict import KINDS
from derive.rules import __all__ as rule_names
from derive.text.errors import ParseError
from derive.text.statement import parse

TEXT = Path(import_module("derive.text.statement").__file__ or "").parent
VALUES = Path(import_module("derive.prove.values.limits").__file__ or "").parent


def words(node: ast.expr) -> str:
    """The text of a message, with a word for what is filled in."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(words(v) if isinstance(v, ast.Constant) else "2" for v in values)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return words(left) + words(right)
    return ""


def messages() -> Iterator[tuple[str, str]]:
    """Where the readers raise an error, and its message as far as it is written there."""
    for path in sorted(TEXT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr="error"), args=[message, *_]):
                    text = words(message)
                case ast.Call(func=ast.Name(id="ParseError"), args=[message, *_]):
                    text = words(message)
                case ast.Call(func=ast.Attribute(attr="fail" | "unexpected"), args=[expected, *_]):
                    text = f"expected {words(expected)}, found x"
                case _:
                    continue
            if text:
                yield f"{path.relative_to(TEXT)}:{node.lineno}", text


@pytest.mark.parametrize(("place", "message"), list(messages()))
def test_every_error_of_a_reader_has_a_code(place: str, message: str) -> None:
    assert kind_of(DeriveError(message)) is not OTHER, f"{place} raises {message!r}: add it to a kind of error"


@pytest.mark.parametrize(
    ("text", "where", "latex", "code"),
    [
        ("x = é", "", False, "E101"),
        ("(a + b = c", "", False, "E102"),
        ("2**(10**9) = 1", "", False, "E103"),
        ("log 2**2 = 1", "", False, "E104"),
        ("sigmod(x) = 1", "", False, "E106"),
        ("max(x) = 1", "", False, "E107"),
        ("a = 1; with a = 2; a = 3", "", False, "E108"),
        ("a = 1; with a = b; b = 2", "", False, "E109"),
        ("x[i] = 1 for i in [1,n]", "", False, "E110"),
        ("x = 1", "x: reel", False, "E111"),
        ("softmax(z*w) = 1", "", False, "E112"),
        ("oo = x", "", False, "E113"),
        ("a + * b = c", "", False, "E199"),
        ("x + y = 0", "x: real[n]; y: real[m]", False, "E201"),
        ("X + H(X) = 1", "", False, "E202"),
        ("x[0] = 1", "x: real[n]", False, "E203"),
        (r"x = \input{a}", "", True, "E301"),
        (r"1/2 \pi = x", "", True, "E302"),
        (r"x^12 = 1", "", True, "E303"),
        (r"A x^\top = B", "A: real[n,n]; x: real[n]; B: real[n,n]", True, "E304"),
        (r"\int x\,dx = 1", "", True, "E305"),
        (r"\frac{a} = 1", "", True, "E199"),
    ],
)
def test_kinds(text: str, where: str, latex: bool, code: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text, where, latex=latex)
    assert kind_of(caught.value).code == code, caught.value.message


def test_names_and_codes_are_unique_and_say_something() -> None:
    rows = [row for _, table in tables() for row in table]
    codes = [row.code for row in rows if row.code]
    assert len(set(codes)) == len(codes)
    assert all(row.code for row in ERRORS)
    for _, table in tables():
        assert len({row.name for row in table}) == len(table)
    assert all(row.what.endswith(".") or row.what.endswith("says what.") or row is OTHER for row in rows)


def decided() -> Iterator[str]:
    """The methods that deciders and providers of values name, and those of verdicts that nobody proved."""
    for decider in deciders():
        yield from decider.METHODS
    for path in sorted(VALUES.glob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            match node:
                case ast.Assign(targets=[ast.Name(id="METHOD")], value=ast.Constant(value=str(name))):
                    yield name
    yield from (*INFORMATION, REFUTED)
    yield from ("disjoint balls at an exact point", "40 draws, exact", "steps checked: 3")


@pytest.mark.parametrize("method", list(decided()))
def test_every_method_is_explained(method: str) -> None:
    assert any(row in METHODS for row in find(method)), f"explain the method {method!r}"


@pytest.mark.parametrize("kind", [*KINDS, "confirmed", "unconfirmed", "exit 0", "exit 1", "exit 2", "exit 3", "exit 4"])
def test_every_verdict_and_status_is_explained(kind: str) -> None:
    assert [row.name for row in find(kind)] == [kind]


@pytest.mark.parametrize("name", [name for name in rule_names if name.islower() and name != "rule"])
def test_every_rule_and_step_is_explained(name: str) -> None:
    assert name in {row.name for row in find(name)}


def test_every_law_is_explained() -> None:
    assert [name for name in LAWS if not find(name)] == []


@pytest.mark.parametrize("row", [row for row in METHODS if row.example], ids=lambda row: row.name)
def test_the_example_of_a_method_is_decided_by_it(row) -> None:
    _, verb, text, *rest = shlex.split(row.example)
    options = dict(zip(rest[::2], rest[1::2], strict=True))
    assert verb == "check"
    assert row.name in check(text, given=options.get("--given", ()), where=options.get("--where", "")).method


def test_the_list_names_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    shown = capsys.readouterr().out
    assert all(row.name in shown and row.code in shown for _, table in tables() for row in table)


def test_one_explanation(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "e102"]) == 0
    assert capsys.readouterr().out == (
        "E102  bracket\n"
        "  A bracket without its partner, or with one of another kind.\n"
        "  example: (a + b = c\n"
        "  what to do: Close what is open.\n"
    )


@pytest.mark.parametrize("name", ["normal form", "Normal_Form", "log_product", "a - b != 0", "proved"])
def test_names_as_they_are_printed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", *name.split()]) == 0
    assert capsys.readouterr().out


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "prooved"]) == 2
    assert "did you mean proved?" in capsys.readouterr().err


def test_an_error_is_printed_with_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "(a = b"]) == 2
    assert capsys.readouterr().err.startswith("error[E102]: this ( is never closed")


def test_the_list_needs_no_engine() -> None:
    code = (
        "import sys; from derive.cli import main; main(['explain']); "
        "assert not {'sympy', 'flint', 'numpy', 'derive.meaning'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)
