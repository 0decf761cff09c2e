"""From a record to a folder of checked files; and the same checks again, from the folder's certificate.

Files are written and checked in a scratch folder and then moved into place one by one, so that an error or an
interruption leaves nothing half-written, and a check that fails leaves what was there before.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from derive.codegen.check import certificate, standalone, suite, told
from derive.codegen.check.lines import decided
from derive.codegen.check.reference import resolved
from derive.codegen.check.result import CheckResult, FailedCheckError
from derive.codegen.check.subject import Subject
from derive.codegen.emit.cpp import emitter as cpp
from derive.codegen.emit.cuda import emitter as cuda
from derive.codegen.emit.torch import emitter as pytorch
from derive.codegen.emit.torch import names
from derive.codegen.graph.graph import GraphError
from derive.entry.record import Record
from derive.expr.errors import DeriveError
from derive.files import UnwritableError

Report = Callable[[CheckResult], None]


@dataclass(frozen=True)
class Made:
    """What was generated. `files` is empty if a check failed and nothing was written."""

    files: tuple[Path, ...]
    checks: tuple[CheckResult, ...]

    @property
    def failures(self) -> list[str]:
        return [str(c) for c in self.checks if c.passed is False]

    @property
    def summary(self) -> str:
        """One line: how many checks, what was skipped, how many files."""
        passed = sum(c.passed is True for c in self.checks)
        skipped = [c.name for c in self.checks if c.skipped]
        parts = [f"{passed} checks passed"]
        parts += [f"{len(self.failures)} failed"] if self.failures else []
        parts += [f"{len(skipped)} skipped ({', '.join(skipped)})"] if skipped else []
        return f"{', '.join(parts)}; {len(self.files)} files"


def generate(
    record: Record, folder: Path, *, thorough: bool = False, keep: bool = False, report: Report | None = None
) -> Made:
    """Write the program of `record` to `folder`, if all checks of it pass, or in any case if `keep`.

    `report` is told every result as it comes. Raises `DeriveError` for a record that emits nothing, that PyTorch cannot
    express, or whose oracle does not exist, `RefutedLineError` for one with a line that is not as it says, and
    `UnwritableError` for a folder that cannot be written; all that before any check.
    """
    folder = Path(folder)
    _require(record)
    with _scratch(folder) as scratch:
        lines = decided(record)
        texts = sources(record)
        for name, text in texts.items():
            (scratch / name).write_text(text, "utf-8")
        subject = Subject(record, scratch, thorough)
        test = f"test_{subject.name}.py"
        names_of_files = [*texts, test, certificate.NAME]
        _require_places(folder, names_of_files)
        try:
            (scratch / test).write_text(standalone.text(subject), "utf-8")
        except FailedCheckError as error:
            raise DeriveError(f"{record.id} cannot be generated: {error}") from error
        checks = tuple(_reported(suite.run(subject), report))
        if any(c.passed is False for c in checks) and not keep:
            return Made((), checks)
        for name, text in _told(record, subject.name, texts, checks).items():
            (scratch / name).write_text(text, "utf-8")
        evidence = certificate.certificate(record, lines, scratch, checks, thorough)
        (scratch / certificate.NAME).write_text(certificate.text(evidence), "utf-8")
        return Made(_moved(scratch, folder, names_of_files), checks)


def sources(record: Record) -> dict[str, str]:
    """The generated files by name: PyTorch, and C++ and CUDA as far as they have all operations."""
    try:
        texts = {f"{names.function_name(record.id)}.py": pytorch.emit(record)}
    except GraphError as error:
        raise DeriveError(f"{record.id} cannot be generated: {error}") from error
    for emit in (cpp.emit, cuda.emit):
        with suppress(GraphError):  # not available there; the check of that target says so
            texts.update(emit(record))
    return texts


def verify_folder(folder: Path, entry: Callable[[str, str], Record], report: Report | None = None) -> list[CheckResult]:
    """The checks of a generated folder once more: the hashes of its files, and if they agree, all that was checked.

    `entry` finds the record by the id and the source file that the certificate names, as `derive.library.find` does.
    Raises `DeriveError` without a certificate.
    """
    content = certificate.read(folder)
    changed = certificate.altered(folder, content)
    files = CheckResult("files", not changed, detail="; ".join(changed) or f"{len(content['sha256'])} as recorded")
    if report is not None:
        report(files)
    if changed:  # nothing of it is run
        return [files]
    checks = suite.run(Subject(entry(content["entry"], content["source"]), folder, bool(content.get("thorough"))))
    return [files, *_reported(checks, report)]


def _require(record: Record) -> None:
    """Raise `DeriveError` for what is wrong with an entry whatever its lines say."""
    if not record.emits:
        raise DeriveError(f"{record.id} emits no term, so there is nothing to generate; add emits = (...) to the entry")
    if record.oracle is not None:
        try:
            resolved(record.oracle.function)
        except FailedCheckError as error:
            raise DeriveError(f"{record.id}: {error}") from error


def _told(record: Record, name: str, texts: dict[str, str], checks: tuple[CheckResult, ...]) -> dict[str, str]:
    """The same programs, saying in docstring and comments which checks they passed and which they did not."""
    said = pytorch.emit(record, told.checked(record, checks, certificate.NAME), told.failed(checks))
    return told.remarked({**texts, f"{name}.py": said}, name, checks)


def _reported(checks: Iterator[CheckResult], report: Report | None) -> Iterator[CheckResult]:
    for check in checks:
        if report is not None:
            report(check)
        yield check


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A folder on the same file system as `folder`; it is gone afterwards, whatever happens."""
    place = folder.absolute()
    try:
        while not (place.is_symlink() or place.exists()):
            place = place.parent
        if not place.is_dir():
            what = "it" if place == folder.absolute() else str(place)
            raise UnwritableError(f"cannot write {folder}: {what} is not a folder")
        scratch = Path(tempfile.mkdtemp(prefix=".derive-", dir=place))
    except OSError as error:
        raise UnwritableError(f"cannot write {folder}: {error.strerror or error}") from error
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _require_places(folder: Path, file_names: list[str]) -> None:
    for name in file_names:
        if (folder / name).is_dir():
            raise UnwritableError(f"cannot write {folder / name}: it is a folder")


def _moved(scratch: Path, folder: Path, file_names: list[str]) -> tuple[Path, ...]:
    """Each file into its place by one rename, the certificate last."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in file_names:
            (scratch / name).replace(folder / name)
    except OSError as error:
        raise UnwritableError(f"cannot write {folder}: {error.strerror or error}") from error
    return tuple(folder / name for name in file_names)
