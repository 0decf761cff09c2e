"""The lines of a proof on a terminal, numbered and aligned, each with its reasons; and a distribution as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from unicodedata import combining

from derive.cli.output import formula
from derive.prove.information.readable.step import Step

SIGNS = {"<=": "≤", ">=": "≥"}
WIDEST = 72  # a formula wider than this does not move the reasons of the others


def lines(steps: Sequence[Any], in_unicode: bool) -> list[str]:
    """Where the proof starts, then every line with its relation, its number and the reasons that lead to it."""
    if not steps:
        return []
    rows = [(_sign(step, in_unicode), formula(step.after, in_unicode), reasons(step, in_unicode)) for step in steps]
    width = max((extent(text) for _, text, _ in rows if extent(text) <= WIDEST), default=0)
    most = max(len(sign) for sign, _, _ in rows)
    places = [f"({number})" for number in range(1, len(rows) + 1)]
    wide = len(places[-1])
    out = [f"{'':>{wide}} {'':<{most}} {formula(steps[0].before, in_unicode)}"]
    for place, (sign, text, why) in zip(places, rows, strict=True):
        out.append(f"{place:>{wide}} {sign:<{most}} {text}{' ' * (width - extent(text))}  {why}")
    return out


def extent(text: str) -> int:
    """How many columns a text takes: an accent stands above the letter before it."""
    return sum(not combining(character) for character in text)


def reasons(step: Any, in_unicode: bool) -> str:
    """Why a line follows from the one before it."""
    if not isinstance(step, Step):
        from derive.derivation.names import reasons as words

        return words(step.rules)
    found = "; ".join(reason.spelled(lambda e: formula(e, in_unicode)) for reason in step.reasons)
    return found if in_unicode else found.replace("≥", ">=")


def _sign(step: Any, in_unicode: bool) -> str:
    relation = getattr(step, "relation", "=")
    return SIGNS.get(relation, relation) if in_unicode else relation


def tables(at: dict[str, Any], in_unicode: bool) -> list[str]:
    """Every joint law among the values as a table of its outcomes with their probabilities; nothing of the others."""
    out: list[str] = []
    for name, law in at.items():
        if isinstance(law, dict):
            out += _table(name, law, in_unicode)
    return out


def _table(name: str, law: dict[str, str], in_unicode: bool) -> list[str]:
    """``p(X,Y)`` as columns X, Y and p."""
    head, _, inside = name.partition("(")
    columns = [c.strip() for c in inside.rstrip(")").split(",")] if inside else [head]
    rows = [[*outcome.split(","), probability] for outcome, probability in law.items()]
    title = [*columns, f"{head}({','.join(columns).lower()})"]
    widths = [max(len(row[k]) for row in (title, *rows)) for k in range(len(title))]
    bar, cross, line = ("│", "┼", "─") if in_unicode else ("|", "+", "-")

    def laid_out(row: list[str]) -> str:
        cells = [f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)]
        return f"{' '.join(cells[:-1])} {bar} {cells[-1]}"

    left = sum(widths[:-1]) + len(widths) - 1
    return [laid_out(title), line * left + cross + line * (widths[-1] + 1), *map(laid_out, rows)]
