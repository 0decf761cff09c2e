"""How verdicts look on a terminal and as JSON."""

from __future__ import annotations

import dataclasses
import os
import sys
from typing import Any, TextIO

from derive.expr.node import Expr
from derive.prove.verdict import Verdict

MARKS = {"proved": "✓", "tested": "≈", "assumed": "?", "refuted": "✗", "undecided": "…"}
ASCII_MARKS = {"proved": "+", "tested": "~", "assumed": "?", "refuted": "x", "undecided": "."}
LONGEST = 400  # characters of a message for people; programs get all of it
COLOURS = {"proved": "32", "tested": "34", "assumed": "33", "refuted": "31", "undecided": "33"}


def coloured(text: str, colour: str, stream: TextIO | None = None) -> str:
    """`text` in an ANSI colour, on a terminal that wants colours."""
    out = stream or sys.stdout
    wanted = out.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return f"\x1b[{colour}m{text}\x1b[0m" if wanted else text


def has_unicode() -> bool:
    return "utf" in (sys.stdout.encoding or "").lower()


def formula(e: Expr, in_unicode: bool | None = None) -> str:
    """One line: Unicode where the terminal has it, else the statement grammar."""
    if not (has_unicode() if in_unicode is None else in_unicode):
        return str(e)
    from derive.page.unicode import unicode

    return unicode(e)


def mark(kind: str, wrong: bool = False) -> str:
    """``✓ proved`` and the like; a verdict that should be another has the sign and colour of a refutation."""
    shown = "refuted" if wrong else kind
    sign = (MARKS if has_unicode() else ASCII_MARKS)[shown]
    return coloured(f"{sign} {kind:<9}", COLOURS[shown])


def _counterexample(found: dict[str, Any], verbose: bool) -> list[str]:
    """The counterexample of a row for people: sizes, values, both sides, the command; `verbose` has laws as tables."""
    if verbose and any(isinstance(value, dict) for value in found["at"].values()):
        from derive.cli.proof import tables

        plain = {name: value for name, value in found["at"].items() if not isinstance(value, dict)}
        first, *rest = _counterexample({**found, "at": plain}, False)
        shown = [first] if plain or found["shapes"] else ["counterexample:"]
        return [*shown, *tables(found["at"], has_unicode()), *rest]
    sizes = ", ".join(f"{d} = {n}" for d, n in found["shapes"].items())
    values = ", ".join(f"{name} = {_nested(value)}" for name, value in found["at"].items())
    where = f" at entry {found['entry']}" if found["entry"] else ""
    out = [f"counterexample: {'; '.join(t for t in (sizes, values) if t) or 'the claim has no variables'}"]
    out.append(f"left {found['lhs']}, right {found['rhs']}{where}")
    if found["command"]:
        out.append(f"again: {found['command']}")
    if found["edit"]:
        edit = found["edit"]
        where = f" --where '{edit['where']}'" if edit["where"] else ""
        where += f" --given '{edit['given']}'" if edit["given"] else ""
        joined = "" if edit["what"].startswith(("without", "not ", "divided")) else "with "
        out.append(f"true {joined}{edit['what']}: {edit['statement']}{where}")
    return out


def _nested(value: Any) -> str:
    """Tensors as nested lists, a joint law as a table of its outcomes."""
    if isinstance(value, dict):
        return ", ".join(f"{probability} at ({outcome})" for outcome, probability in value.items())
    return "[" + ", ".join(_nested(v) for v in value) + "]" if isinstance(value, list) else str(value)


def details(shown: dict[str, Any], verbose: bool = False) -> list[str]:
    """What stands below the verdict of a row: conditions, assumptions, why it is no better."""
    out = _counterexample(shown["counterexample"], verbose) if shown["counterexample"] else []
    if shown["assumptions"]:
        out.append("assumes " + "; ".join(shown["assumptions"]))
    if shown["conditions"]:
        out.append("needs " + "; ".join(shown["conditions"]))
    if shown["message"] and (shown["verdict"] != "proved" or shown["reason_status"] == "unconfirmed"):
        message = shown["message"]
        out.append(message if len(message) <= LONGEST else message[: LONGEST - 1] + "…")
    return out


def row(verdict: Verdict, **fields: Any) -> dict[str, Any]:
    """The JSON object of one verdict, with the keys of the command-line contract."""
    found = verdict.counterexample
    example = None
    if found is not None:
        example = {
            "shapes": found.shapes,
            "at": found.at,
            "lhs": found.left,
            "rhs": found.right,
            "entry": list(found.entry),
            "command": found.command,
            "edit": None if found.edit is None else dataclasses.asdict(found.edit),
        }
    out: dict[str, Any] = {
        "schema": 1,
        "statement": None,
        "entry": None,
        "calc": None,
        "line": None,
        "expected": "holds",
    }
    out.update(fields)
    out.update(
        verdict=verdict.kind,
        method=verdict.method,
        assumptions=list(verdict.assumptions),
        conditions=list(verdict.conditions),
        reason_status=verdict.reason_status,
        counterexample=example,
        evidence=_plain(verdict.evidence),
        steps=_plain(verdict.steps),
        message=verdict.message,
        position=None,
    )
    return out


def _plain(value: Any) -> Any:
    """Evidence as JSON values."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(v) for v in value]
    if hasattr(value, "to_json"):
        return value.to_json()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _plain(dataclasses.asdict(value))
    return value if isinstance(value, str | int | bool | float | None) else str(value)
