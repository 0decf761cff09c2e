"""The wheel holds the files of the three folders and nothing else, also when built from the sdist; and it runs."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import derive

ROOT = Path(__file__).parent.parent
HOME = {"derive": "derive", "catalog": "derive/catalog", "codegen": "derive/codegen"}  # in the wheel, by folder
BESIDE = ("LICENSE", "README.md", "pyproject.toml", "setup.py")

pytestmark = pytest.mark.xdist_group("packaging")  # on one worker, so that each build is made once


def run(*command: str | Path, cwd: Path, **env: str) -> str:
    done = subprocess.run(command, cwd=cwd, env=os.environ | env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout, as far as packaging reads it: a build leaves its folders where it runs."""
    tree = tmp_path_factory.mktemp("checkout")
    for name in BESIDE:
        shutil.copy(ROOT / name, tree)
    for folder in HOME:
        shutil.copytree(ROOT / folder, tree / folder, symlinks=True)
    return tree


@pytest.fixture(scope="module", params=["from the checkout", "from the sdist"])
def wheel(request: pytest.FixtureRequest, tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    dist = tmp_path_factory.mktemp("dist")
    formats = ["--wheel"] if request.param == "from the checkout" else []  # without: an sdist, then a wheel from it
    run(sys.executable, "-m", "build", "--no-isolation", *formats, "--outdir", dist, tree, cwd=tree)
    (built,) = dist.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-compile"]
    run(*pip, "--target", target, wheel, cwd=target)
    return target


def python(*arguments: str, installed: Path, cwd: Path) -> str:
    """Run in a folder without the checkout; -S leaves out site-packages, where an editable install would stand in."""
    return run(sys.executable, "-S", *arguments, cwd=cwd, PYTHONPATH=str(installed)).strip()


def test_wheel_holds_the_three_folders(wheel: Path, tree: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        shipped = {name for name in archive.namelist() if ".dist-info/" not in name}
    wanted = {
        f"{home}/{path.relative_to(tree / folder).as_posix()}"
        for folder, home in HOME.items()
        for path in (tree / folder).rglob("*")  # does not follow the two symlinks
        if path.is_file() and path.suffix != ".pyc" and not path.name.startswith(".")
    }
    lost = [f"lost:  {name}" for name in sorted(wanted - shipped)]
    added = [f"added: {name}" for name in sorted(shipped - wanted)]
    assert not lost + added, "\n" + "\n".join(lost + added)


def test_command_runs_elsewhere(installed: Path, tmp_path: Path) -> None:
    assert derive.__version__ in python("-m", "derive", "--version", installed=installed, cwd=tmp_path)


@pytest.mark.parametrize("package", ["derive", "derive.catalog", "derive.codegen"])
def test_packages_import_elsewhere(package: str, installed: Path, tmp_path: Path) -> None:
    show = f"import {package} as package; print(package.__file__)"
    where = python("-c", show, installed=installed, cwd=tmp_path)
    assert Path(where) == installed.joinpath(*package.split("."), "__init__.py")


@pytest.mark.parametrize("package", ["catalog", "codegen"])
def test_second_copy_is_refused(package: str) -> None:
    refused = f"try: import {package}\nexcept ImportError as error: print(error)"
    assert run(sys.executable, "-c", refused, cwd=ROOT).strip() == f"import this package as derive.{package}"
