"""The build cache: one build for many processes; killed builds, damaged files and foreign folders do no harm."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from derive.codegen.build import library

pytestmark = pytest.mark.skipif(library.shutil.which("g++") is None, reason="needs g++")

FLAGS = ("-std=c++17", "-O0", "-fPIC", "-shared")
SOURCES = {
    "answer.cpp": '#include "answer.h"\nextern "C" int answer() { return ANSWER; }\n',
    "answer.h": "#define ANSWER 42\n",
}
CHILD = """
import json, sys
sys.path.insert(0, sys.argv[1])
import library
sources, flags = json.loads(sys.argv[2]), tuple(json.loads(sys.argv[3]))
print(library.load_library(sources, flags).answer())
"""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("DERIVE_CACHE", str(folder))
    return folder


def child(**environment: str) -> subprocess.Popen[str]:
    """Another process that builds, loads and calls; it knows the module only as a file, as generated code does."""
    import json

    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(Path(library.__file__).parent), json.dumps(SOURCES), json.dumps(FLAGS)],
        env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip


def counting_compiler(folder: Path, slow: str = "") -> Path:
    """A compiler that writes down every build (not the questions for its identity)."""
    wrapper = folder / "counting-g++"
    log = folder / "builds"
    log.touch()
    wrapper.write_text(f'#!/bin/sh\ncase "$*" in *-dM*) ;; *) echo build >> {log}; {slow} ;; esac\nexec g++ "$@"\n')
    wrapper.chmod(0o755)
    return wrapper


def test_builds_loads_and_builds_only_once(cache: Path) -> None:
    assert library.load_library(SOURCES, FLAGS).answer() == 42
    (built,) = cache.glob("*.so")
    before = built.stat()
    assert library.load_library(SOURCES, FLAGS).answer() == 42
    assert built.stat().st_mtime_ns == before.st_mtime_ns
    assert sorted(p.suffix for p in cache.iterdir()) == [".lock", ".so"]


def test_folder_is_private(cache: Path) -> None:
    library.built_library(SOURCES, FLAGS)
    assert cache.stat().st_mode & 0o777 == 0o700


def test_a_changed_header_is_another_library(cache: Path) -> None:
    changed = {**SOURCES, "answer.h": "#define ANSWER 43\n"}
    assert library.load_library(SOURCES, FLAGS).answer() == 42
    assert library.load_library(changed, FLAGS).answer() == 43


def test_changed_flags_are_another_library(cache: Path) -> None:
    assert library.library_key(SOURCES, FLAGS) != library.library_key(SOURCES, (*FLAGS, "-mno-avx"))


def test_eight_processes_build_once(cache: Path, tmp_path: Path) -> None:
    compiler = counting_compiler(tmp_path, slow="sleep 0.5")
    children = [child(CXX=str(compiler)) for _ in range(8)]
    outcomes = [process.communicate(timeout=60) for process in children]
    assert [out for out, _ in outcomes] == ["42\n"] * 8, [err for _, err in outcomes]
    assert (tmp_path / "builds").read_text().count("build") == 1


def test_a_killed_build_blocks_nobody_and_is_swept_away(cache: Path, tmp_path: Path) -> None:
    compiler = counting_compiler(tmp_path, slow="sleep 30")
    first = child(CXX=str(compiler))
    deadline = time.monotonic() + 30
    while not (tmp_path / "builds").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    assert len(list(cache.glob("*.build-*"))) == 1
    counting_compiler(tmp_path)  # the same path, hence the same key
    second = child(CXX=str(compiler))
    out, err = second.communicate(timeout=30)
    assert out == "42\n", err
    assert not list(cache.glob("*.build-*"))


@pytest.mark.parametrize("damage", ["cut", "empty", "altered"])
def test_a_damaged_library_is_built_again(cache: Path, damage: str) -> None:
    built = library.built_library(SOURCES, FLAGS)
    content = built.read_bytes()
    middle = len(content) // 2
    damaged = {"cut": content[:middle], "empty": b"", "altered": content[:middle] + b"!" + content[middle + 1 :]}
    built.write_bytes(damaged[damage])
    out, err = child().communicate(timeout=30)
    assert out == "42\n", err
    assert built.read_bytes() == content


def test_a_missing_compiler_names_the_command_that_fixes_it(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(library.BackendMissing, match=r"install it: apt-get install g\+\+"):
        library.built_library(SOURCES, FLAGS)


def test_a_compile_error_is_the_compilers_message(cache: Path) -> None:
    with pytest.raises(library.BuildFailed, match=r"answer\.cpp:1.*error"):
        library.built_library({"answer.cpp": "int answer( { }\n"}, FLAGS)
    assert [p.suffix for p in cache.iterdir()] == [".lock"]


def test_a_folder_that_others_may_write_to_is_refused(cache: Path) -> None:
    cache.mkdir(mode=0o700)
    cache.chmod(0o777)
    with pytest.raises(PermissionError, match=f"chmod 700 {cache}"):
        library.built_library(SOURCES, FLAGS)


def test_a_link_to_elsewhere_is_refused(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    cache.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError, match="is not a folder"):
        library.built_library(SOURCES, FLAGS)


def test_another_users_folder_is_refused(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.mkdir(mode=0o700)
    monkeypatch.setattr(library.os, "getuid", lambda: 12345678)
    with pytest.raises(PermissionError, match="belongs to another user"):
        library.built_library(SOURCES, FLAGS)


def test_where_the_folder_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DERIVE_CACHE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/path")  # to be ignored, says the specification
    assert library.cache_folder() == tmp_path / ".cache/derive/compiled"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert library.cache_folder() == tmp_path / "xdg/derive/compiled"


def test_the_default_flags_keep_floating_point_as_it_is() -> None:
    assert not {"-ffast-math", "-Ofast", "-ffinite-math-only", "-funsafe-math-optimizations"} & set(library.FLAGS)
