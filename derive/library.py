"""Where entries are found: the catalog, by walking file names; and a user's own files, which work the same way.

An id names one file: ``loss.focal`` is ``catalog/loss/focal.py``. Reading one entry imports that file alone.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import re
import sys
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from derive.expr.errors import DeriveError, UnknownNameError

if TYPE_CHECKING:
    from derive.entry.record import Record

ID = re.compile(r"[a-z]\w*(\.\w+)+\Z")
CATALOG = Path(__file__).parent / "catalog"


class FileError(DeriveError):
    """A file that cannot be read as entries; the message begins with the place."""


def ids() -> tuple[str, ...]:
    """The ids of the catalog, sorted; nothing is imported."""
    files = CATALOG.rglob("*.py")
    return tuple(
        sorted(".".join(f.relative_to(CATALOG).with_suffix("").parts) for f in files if f.name != "__init__.py")
    )


def entry(name: str) -> Record:
    """The catalog's entry of this id.

    Raises `UnknownNameError` with the nearest ids.
    """
    if name not in ids():
        near = difflib.get_close_matches(name, ids(), n=3) or [i for i in ids() if i.startswith(name.split(".")[0])]
        hint = f"; nearest: {', '.join(near)}" if near else "; `derive list` shows all"
        raise UnknownNameError(f"no entry {name!r}{hint}")
    records = list(_records(importlib.import_module(f"derive.catalog.{name}"), name))
    if len(records) != 1:
        raise FileError(f"{name}: a file of the catalog holds one entry, this one holds {len(records)}")
    return records[0]


def load(path: str | Path) -> list[Record]:
    """The entries of a Python file, in the order of the file.

    Raises `FileError` that points at the line: the file is missing, is not Python, or an entry in it is wrong.
    """
    file = Path(path)
    if not file.is_file():
        raise FileError(
            f"{path}: {'a folder' if file.is_dir() else 'no such file'}; expected a Python file with entries"
        )
    name = re.sub(r"\W", "_", file.stem).lower()
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise FileError(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        shown = ""
        if error.text and error.text.strip().isprintable():
            shown = f"\n{error.text.rstrip()}\n{' ' * max((error.offset or 1) - 1, 0)}^"
        place = f"{path}:{error.lineno}" if error.lineno else str(path)
        raise FileError(f"{place}: not Python: {error.msg}{shown}") from error
    except UnicodeDecodeError as error:
        raise FileError(f"{path}: not a text file in UTF-8") from error
    except (Exception, SystemExit) as error:
        raise FileError(f"{path}:{_line(error, file)}: {_words(error)}") from error
    finally:
        sys.modules.pop(name, None)
    records = list(_records(module, name))
    if not records:
        raise FileError(f"{path}: holds no entry; an entry is a class derived from derive.entry.Entry")
    return [replace(record, source=str(path)) for record in records]


def records(word: str) -> list[Record]:
    """The entries that a word of the command line means: an id, ``FILE.py``, or ``FILE.py:name`` for one of a file."""
    path, colon, name = word.partition(".py:")
    if colon:
        found = [r for r in load(f"{path}.py") if r.id.rpartition(".")[2] == name]
        if not found:
            known = ", ".join(r.id.rpartition(".")[2] for r in load(f"{path}.py"))
            raise UnknownNameError(f"{path}.py holds no entry {name!r}; it holds {known}")
        return found
    return load(word) if word.endswith(".py") else [entry(word)]


def one(word: str) -> Record:
    """The one entry that a word of the command line means."""
    found = records(word)
    if len(found) > 1:
        names = " or ".join(f"{word}:{r.id.rpartition('.')[2]}" for r in found)
        raise DeriveError(f"{word} holds {len(found)} entries; choose one: {names}")
    return found[0]


def find(name: str, source: str = "") -> Record:
    """The entry of this id: of the catalog, or of the file `source` that it was read from."""
    if not source:
        return entry(name)
    for record in load(source):
        if record.id == name:
            return record
    raise UnknownNameError(f"{source} holds no entry {name!r}")


def _words(error: BaseException) -> str:
    """An author's error as it is; any other with its type."""
    return str(error) if isinstance(error, DeriveError) else f"{type(error).__name__}: {error}"


def _line(error: BaseException, file: Path) -> int:
    """The last line of `file` on the way to the error."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((f.lineno or 0 for f in reversed(frames) if Path(f.filename).resolve() == file.resolve()), 0)


def _records(module: ModuleType, name: str) -> Iterator[Record]:
    from derive.entry import Entry

    for value in vars(module).values():
        if (
            isinstance(value, type)
            and issubclass(value, Entry)
            and value is not Entry
            and value.__module__ == module.__name__
        ):
            yield value.record
