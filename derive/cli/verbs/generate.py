"""``derive generate``: a PyTorch module, C++ and CUDA from an entry, written only if all checks of them pass."""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from derive import library
from derive.cli import MISSING, OK, REFUTED
from derive.cli.arguments import kind
from derive.cli.output import coloured, has_unicode
from derive.entry.record import Record
from derive.expr.errors import DeriveError

if TYPE_CHECKING:
    from derive.codegen.check.result import CheckResult

TORCH_MISSING = "torch is missing; fix: pip install 'derive-math[torch]'"
SIGNS = {True: ("✓", "+", "32"), False: ("✗", "x", "31"), None: ("·", "-", "33")}


def run(options: argparse.Namespace) -> int:
    record = _record(options.what)
    if importlib.util.find_spec("torch") is None:
        print(f"error: {TORCH_MISSING}", file=sys.stderr)
        return MISSING
    from derive.codegen.check.certificate import row
    from derive.codegen.check.generate import generate
    from derive.codegen.check.lines import RefutedLineError

    folder = Path(options.output)
    out: dict[str, Any] = {"schema": 1, "entry": record.id}
    report = None if options.json else show
    try:
        made = generate(record, folder, thorough=options.thorough, keep=options.keep, report=report)
    except RefutedLineError as error:
        if options.json:
            print(json.dumps({**out, "passed": False, "error": str(error), "checks": [], "files": []}))
        print(error, file=sys.stderr)
        return REFUTED
    files, count = [str(f) for f in made.files], len(made.failures)
    if options.json:
        out |= {"passed": not count, "checks": [row(c) for c in made.checks], "files": files}
        print(json.dumps(out, ensure_ascii=False))
    elif files:
        print(f"wrote {len(files)} files to {options.output}")
    if count:
        checks = "1 check" if count == 1 else f"{count} checks"
        told = "written anyway (--keep)" if files else "nothing written (--keep writes anyway)"
        print(f"{record.id}: {checks} failed; {told}", file=sys.stderr)
    return REFUTED if count else OK


def show(check: CheckResult) -> None:
    """One line: ✓ name, largest error, detail."""
    unicode_sign, ascii_sign, colour = SIGNS[check.passed]
    sign = coloured(unicode_sign if has_unicode() else ascii_sign, colour)
    error = "" if check.error is None else f"largest error {check.error:.1e}"
    word = "skipped" if check.skipped else ""
    told = "; ".join(part for part in (word, error, check.detail) if part)
    print(f"{sign} {check.name:<46} {told}".rstrip(), flush=True)


def _record(word: str) -> Record:
    if kind(word) == "statement":
        raise DeriveError(f"{word!r} is neither an id nor a file.py")
    return library.one(word)
