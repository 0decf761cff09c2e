"""``derive doctor``: what this installation can do, with the command that adds what it cannot; the trusted laws."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from importlib import metadata
from typing import TYPE_CHECKING

from derive.cli import OK

if TYPE_CHECKING:
    from derive.meaning.laws import Law

PACKAGES = {  # package -> what needs it, the command that adds it
    "sympy": ("check: proposals and second opinions", "pip install derive-math"),
    "networkx": ("check: chains", "pip install derive-math"),
    "python-flint": ("check: ball arithmetic", "pip install derive-math"),
    "torch": ("generate, and the checks of generated code", "pip install 'derive-math[torch]'"),
}
PROGRAMS = {
    "g++": ("C++ kernels", "apt-get install g++"),
    "nvcc": ("compiling CUDA kernels", "install the CUDA toolkit"),
}


def run(options: argparse.Namespace) -> int:
    if options.trusted:
        return _trusted()
    from derive import __version__

    print(f"derive {__version__}, Python {sys.version.split()[0]}")
    for name, (purpose, command) in PACKAGES.items():
        try:
            print(f"✓ {name} {metadata.version(name)}: {purpose}")
        except metadata.PackageNotFoundError:
            print(f"✗ {name} is missing: {purpose}; fix: {command}")
    for name, (purpose, command) in PROGRAMS.items():
        found = shutil.which(name)
        print(f"✓ {name} {_version(found)}: {purpose}" if found else f"✗ {name} is missing: {purpose}; fix: {command}")
    return OK


def _version(program: str) -> str:
    out = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
    return next((word for word in out.replace(",", " ").split() if word[:1].isdigit() and "." in word), "").rstrip(")")


def _trusted() -> int:
    from derive.meaning.laws import LAWS

    width = max(len(name) for name in LAWS)
    for law in LAWS.values():
        print(f"{law.name:<{width}}  {_statement(law)}  [{law.cite}]")
    print(f"{len(LAWS)} trusted laws; ring arithmetic and renaming of bound indices are built in")
    return OK


def _statement(law: Law) -> str:
    from derive.expr.domains import REAL
    from derive.expr.leaves import Index, Symbol
    from derive.meaning.laws import NEEDS

    if law.statement is None:
        return law.text
    left, right = law.instance({v: Index(v) if v == "i" else Symbol(v, domain=REAL) for v in law.variables})
    needs = [NEEDS[need].format(variable) for variable, need in law.needs]
    return f"{left} = {right}" + (f"  if {', '.join(needs)}" if needs else "")
