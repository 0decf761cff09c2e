"""Evidence on disk: what `derive check --certificate` writes and `derive verify` re-runs without searching."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from derive.files import write_whole

SCHEMA = 1


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    """The verdicts of one run with their evidence; the same run writes the same bytes."""
    from derive import __version__

    document = {"schema": SCHEMA, "derive": __version__, "checks": rows}
    write_whole(path, json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
