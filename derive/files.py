"""Writing files whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from derive.expr.errors import DeriveError


class UnwritableError(DeriveError):
    """An output that cannot be written; nothing was left behind."""


def write_whole(path: Path, text: str) -> None:
    """Write `text` to a temporary file beside `path`, then rename, so that no reader sees a part.

    Raises `UnwritableError` that names the path and the reason.
    """
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
            out.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        raise UnwritableError(f"cannot write {path}: {error.strerror or error}") from error
