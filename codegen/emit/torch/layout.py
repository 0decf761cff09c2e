"""The looks of a generated file: docstrings, signatures and calls that fit the line, sections in order."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

WIDTH = 100


def indented(lines: Iterable[str], depth: int = 1) -> list[str]:
    return [f"{'    ' * depth}{line}" if line else "" for line in lines]


def paragraph(text: str, hanging: int = 0, width: int = WIDTH) -> list[str]:
    """A paragraph in lines; `hanging` is the indent of all but the first."""
    return textwrap.wrap(text, width, subsequent_indent=" " * hanging, break_long_words=False, break_on_hyphens=False)


def docstring(first: str, *rest: str) -> list[str]:
    """A docstring of a sentence and further lines."""
    first = first.replace("\\", "\\\\").replace('"""', "'''")
    if not rest:
        head = paragraph(f'"""{first}', width=WIDTH - 8)
        return [*head[:-1], f'{head[-1]}"""'] if len(head) == 1 else [*head, '"""']
    return [*paragraph(f'"""{first}', width=WIDTH - 8), *(line.replace("\\", "\\\\") for line in rest), '"""']


def bracketed(before: str, parts: Sequence[str], after: str, depth: int = 0) -> list[str]:
    """``before(part, part)after`` on one line, or with the parts on their own lines."""
    flat = f"{before}({', '.join(parts)}){after}"
    if len(flat) + 4 * depth <= WIDTH:
        return [flat]
    inner = ", ".join(parts)
    if 4 * (depth + 1) + len(inner) <= WIDTH and "*" not in parts:
        return [f"{before}(", f"    {inner}", f"){after}"]
    return [f"{before}(", *(f"    {part}," for part in parts), f"){after}"]


def file(docs: Sequence[str], imports: Sequence[str], sections: Iterable[Sequence[str]]) -> str:
    """The whole file: docstring, imports, and sections two lines apart."""
    body = ["\n".join(section) for section in sections if section]
    head = "\n".join([*docs, "", *imports])
    return "\n\n\n".join([head, *body]) + "\n"
