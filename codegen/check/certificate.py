"""The certificate beside generated files: what is stated, what was proved, what was checked, and of which bytes."""

from __future__ import annotations

import hashlib
import json
import math
import platform
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import torch

from derive import __version__
from derive.codegen.build.library import BackendMissing, compiler
from derive.codegen.check.result import CheckResult
from derive.codegen.check.subject import as_stated, is_update
from derive.entry.record import Record
from derive.entry.verification import LineResult
from derive.expr.errors import DeriveError
from derive.expr.leaves import Let
from derive.expr.node import walk
from derive.expr.plain import plain

NAME = "certificate.json"
SCHEMA = 1


def certificate(
    record: Record, lines: Sequence[LineResult], folder: Path, checks: Iterable[CheckResult], thorough: bool
) -> dict[str, Any]:
    """Everything that is known about the generated files in `folder`; no time, no place, the same every time."""
    return {
        "schema": SCHEMA,
        "kind": "generated code",
        "entry": record.id,
        "source": record.source,
        "title": record.title,
        "statement": statement(record),
        "lines": [
            {
                "calc": found.calc.name,
                "line": found.number,
                "statement": str(found.relation),
                "expected": found.expected,
                "verdict": found.verdict.kind,
                "method": found.verdict.method,
                "conditions": list(found.verdict.conditions),
            }
            for found in lines
        ],
        "checks": [row(c) for c in checks],
        "thorough": thorough,
        "versions": versions(),
        "sha256": {f.name: digest(f) for f in sorted(folder.iterdir()) if f.name != NAME and f.is_file()},
    }


def row(check: CheckResult) -> dict[str, Any]:
    """A check as JSON values; errors with two digits."""
    status = "skipped" if check.skipped else "passed" if check.passed else "failed"
    error = None if check.error is None else float(f"{check.error:.1e}")
    shown = error if error is None or math.isfinite(error) else str(error)
    return {"name": check.name, "status": status, "largest_error": shown, "detail": check.detail}


def statement(record: Record) -> list[str]:
    """The emitted formula, one named term a line; of a calculation its start, and after it the form that is emitted."""
    if is_update(record):
        assert record.step is not None
        roots: list[Let] = [e for e in record.step.new.values() if isinstance(e, Let)]
        last = [f"{s.name} <- {plain(e)}" for s, e in record.step.new.items()]
    else:
        stated = as_stated(record)
        roots, last = [stated], []
        calc = next((c for c in record.calcs if c.name == record.emits[0]), None)
        if calc is not None and calc.lines:
            form = calc.lines[-1].right
            known = set(walk(stated))
            last = [f"{t.name} = {plain(t.expr)}" for t in walk(form) if isinstance(t, Let) and t not in known]
            last.append(f"{stated.name} = {plain(form)}")
    return [f"{t.name} = {plain(t.expr)}" for t in walk(*roots) if isinstance(t, Let)] + last


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def versions() -> dict[str, str]:
    return {"derive": __version__, "python": platform.python_version(), "torch": torch.__version__, "g++": _compiler()}


def _compiler() -> str:
    try:
        found = subprocess.run([compiler(), "-dumpfullversion"], capture_output=True, text=True, check=False)
    except BackendMissing:
        return "missing"
    return found.stdout.strip()


def text(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def read(folder: Path) -> dict[str, Any]:
    """The certificate in a folder; raises `DeriveError` if there is none that can be read."""
    file = folder / NAME
    try:
        content = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise DeriveError(f"{folder} has no {NAME}; derive generate writes one") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DeriveError(f"{file} cannot be read: {error}") from error
    if not isinstance(content, dict) or content.get("schema") != SCHEMA or not isinstance(content.get("sha256"), dict):
        raise DeriveError(f"{file} is no certificate of generated code, schema {SCHEMA}")
    return content


def altered(folder: Path, content: dict[str, Any]) -> list[str]:
    """The recorded files that are missing or not what they were."""
    out = []
    for name, recorded in content["sha256"].items():
        file = folder / Path(name).name
        if not file.is_file():
            out.append(f"{name} is missing")
        elif digest(file) != recorded:
            out.append(f"{name} was changed")
    return out
