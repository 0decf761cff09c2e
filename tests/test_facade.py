"""`import derive` loads nothing; `derive.entry` is a package and a function, whoever imports it first."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def python(source: str) -> str:
    done = subprocess.run([sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_import_is_light() -> None:
    heavy = "{'flint', 'networkx', 'numpy', 'sympy', 'torch'}"
    loaded = "[name for name in sys.modules if name in heavy or name.startswith('derive.')]"
    assert python(f"import sys, derive; heavy = {heavy}; print({loaded})") == "[]"


@pytest.mark.parametrize("first", ["import derive", "import derive.entry", "from derive.entry import Entry"])
def test_entry_is_package_and_function(first: str) -> None:
    both = "print(callable(derive.entry), derive.entry.__name__)"
    assert python(f"{first}; import derive; {both}") == "True derive.entry"


def test_facade_names_what_it_has() -> None:
    assert python("import derive; print(all(callable(getattr(derive, n)) for n in derive.__all__[1:]))") == "True"
    assert python("import derive; print(hasattr(derive, 'nothing'))") == "False"
