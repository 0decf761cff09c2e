"""Compile C++ once per machine and load it; safe under concurrent, killed and corrupted builds.

A library is found by the hash of everything that decides its content: source texts, compiler, flags and the instruction
set they select. It is built in a private directory, carries the digest of its own bytes at its end (a loader ignores
what follows the last section), and is moved into place in one step. Library and digest are thus one file: no reader
sees half of a build, and a file that was cut or altered is built again, never loaded.

This module needs nothing but Python: generated programs carry its text.
"""

import contextlib
import ctypes
import fcntl
import functools
import hashlib
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

# Not -ffast-math: it makes every float operation of the process flush denormals, and optimises NaN away.
FLAGS = (
    "-std=c++17", "-O3", "-march=native", "-fno-math-errno", "-fno-trapping-math", "-fopenmp-simd", "-fPIC", "-shared",
)  # fmt: skip
DIGEST_BYTES = hashlib.sha256().digest_size


class BackendMissing(RuntimeError):  # noqa: N818
    """A tool that the generated code needs is not installed; the message is the command that installs it."""


class BuildFailed(RuntimeError):  # noqa: N818
    """The compiler rejected the source; the message is the compiler's."""


def load_library(sources: Mapping[str, str], flags: tuple[str, ...] = FLAGS) -> ctypes.CDLL:
    """The shared library built from these texts, by file name; the first is compiled, the others are its headers."""
    return ctypes.CDLL(str(built_library(sources, flags)))


def built_library(sources: Mapping[str, str], flags: tuple[str, ...] = FLAGS) -> Path:
    """The path of an intact library, built now if the cache has none."""
    folder = cache_folder()
    key = library_key(sources, flags)
    library = folder / f"{key}.so"
    if not _intact(library):
        with _locked(folder / f"{key}.lock") as alone:
            if not _intact(library):  # nobody built it while we waited
                if alone:
                    for left_behind in folder.glob(f"{key}.build-*"):  # by builds that were killed
                        shutil.rmtree(left_behind, ignore_errors=True)
                _build(sources, flags, library)
    return library


def library_key(sources: Mapping[str, str], flags: tuple[str, ...] = FLAGS) -> str:
    digest = hashlib.sha256()
    for part in (*(text for item in sources.items() for text in item), *flags, *_compiler_identity(flags)):
        digest.update(len(part.encode()).to_bytes(8, "little") + part.encode())
    return digest.hexdigest()


def cache_folder() -> Path:
    """The user's own folder of compiled code: $DERIVE_CACHE, else under $XDG_CACHE_HOME or ~/.cache.

    Raises `PermissionError` if somebody else owns it or may write to it: what lies there is executed.
    """
    folder = _chosen_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode):
        raise PermissionError(f"{folder} is not a folder; set DERIVE_CACHE to another place")
    if status.st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to another user; set DERIVE_CACHE to a folder of your own")
    if status.st_mode & 0o077:
        raise PermissionError(f"others may use {folder}, and what lies there is executed; run: chmod 700 {folder}")
    return folder


def _chosen_folder() -> Path:
    if chosen := os.environ.get("DERIVE_CACHE"):
        return Path(chosen).absolute()
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not base.is_absolute():  # as the XDG specification demands
        try:
            base = Path.home() / ".cache"
        except RuntimeError:  # a user without a home, as in some containers
            base = Path(tempfile.gettempdir()) / f"derive-{os.getuid()}"
    return base / "derive" / "compiled"


def compiler() -> str:
    """The path of the C++ compiler: $CXX or g++."""
    wanted = os.environ.get("CXX") or "g++"
    found = shutil.which(wanted)
    if found is None:
        raise BackendMissing(f"the C++ compiler {wanted!r} is missing; install it: apt-get install g++")
    return os.path.realpath(found)


def _compiler_identity(flags: tuple[str, ...]) -> tuple[str, ...]:
    return _identity(compiler(), flags)


@functools.cache
def _identity(path: str, flags: tuple[str, ...]) -> tuple[str, str]:
    """The compiler's path and predefined macros: they name its version and, with -march=native, this processor's
    instruction set, so that machines may share a home."""
    command = [path, *flags, "-dM", "-E", "-x", "c++", os.devnull]
    result = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if result.returncode:
        raise BuildFailed(f"{' '.join(command)}\n{result.stderr}")
    return path, result.stdout


def _build(sources: Mapping[str, str], flags: tuple[str, ...], library: Path) -> None:
    folder = Path(tempfile.mkdtemp(dir=library.parent, prefix=f"{library.stem}.build-"))
    try:
        for name, text in sources.items():
            (folder / name).write_text(text, "utf-8")
        output = folder / "library.so"
        command = [compiler(), *flags, next(iter(sources)), "-o", output.name]
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if result.returncode:
            raise BuildFailed(f"{' '.join(command)}\n{result.stderr}")
        with output.open("r+b") as file:
            digest = hashlib.sha256(file.read()).digest()
            file.write(digest)
            file.flush()
            os.fsync(file.fileno())
        output.replace(library)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _intact(library: Path) -> bool:
    """Whether the file is there and ends with the digest of all its other bytes."""
    try:
        content = library.read_bytes()
    except FileNotFoundError:
        return False
    return hashlib.sha256(content[:-DIGEST_BYTES]).digest() == content[-DIGEST_BYTES:]


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[bool]:
    """Hold the lock of that file; the system releases it when a process dies.

    Yields False on file systems without locks. Builds are then merely repeated, for each is moved into place whole.
    """
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:
            yield False
        else:
            yield True
