"""What the words mean that this program prints: verdicts, methods, conditions, statuses, errors, rules and laws.

Everything that has a name is explained by that name; an error, which has none, has a code, ``E103``. A kind of error is
a row of `errors` with the patterns of its messages, so that the layers that raise them need not know the codes.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from derive.cli.explained import conditions, errors, methods, verdicts
from derive.cli.explained.explanation import Explanation

TABLES = {
    "verdicts": verdicts.VERDICTS,
    "reasons of a line": verdicts.REASONS,
    "exit statuses": verdicts.STATUSES,
    "methods": methods.METHODS,
    "conditions": conditions.CONDITIONS,
    "errors": errors.ERRORS,
}


def tables() -> Iterator[tuple[str, tuple[Explanation, ...]]]:
    """What can be listed without the engine, by what it is about."""
    yield from TABLES.items()


def find(words: str) -> list[Explanation]:
    """The explanations of a name or code, as it is printed; none if it has none.

    A method may have more behind its name, ``subdivision; asymptotic expansion``: each part is explained.
    """
    wanted = _spelled(words)
    everything = [row for _, rows in tables() for row in rows]
    exact = [row for row in everything if wanted in (_spelled(row.name), _spelled(row.code))]
    if any(row in methods.METHODS for row in exact):
        exact += _named(words.strip().replace(" ", "_"))  # a method and a step may share their name
    if exact:
        return exact
    parts = [row for row in methods.METHODS if _spelled(row.name) in wanted]
    if parts:
        return parts
    found = [row for row in conditions.CONDITIONS if row.matches(words)]
    return found[:1] or _named(words)


def near(words: str) -> list[str]:
    """Names like these words."""
    names = {_spelled(row.name): row.name for _, rows in tables() for row in rows}
    return [names[name] for name in get_close_matches(_spelled(words), names, n=3, cutoff=0.6)]


def _named(words: str) -> list[Explanation]:
    """Rules and laws, which only the engine knows."""
    from derive.cli.explained.theorems import explained

    return explained(words.strip())


def _spelled(name: str) -> str:
    return " ".join(name.lower().replace("_", " ").replace("-", " ").split())


__all__ = ["Explanation", "find", "near", "tables"]
