"""``derive doctor``: what this installation can do, with the command that adds what it cannot; the trusted laws."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from importlib import metadata

from derive.cli import OK

PACKAGES = {  # package -> what needs it, the command that adds it
    "sympy": ("check: proposals and second opinions", "pip install derive-math"),
    "networkx": ("check: chains", "pip install derive-math"),
    "python-flint": ("check: ball arithmetic", "pip install derive-math"),
    "z3-solver": ("check: distinctions of cases and polynomials", "pip install derive-math"),
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
    from derive.cli.explained.law_text import law_text
    from derive.meaning.entropy.laws import MEASURE_LAWS
    from derive.meaning.integrals import INTEGRAL_LAWS
    from derive.meaning.laws import LAWS
    from derive.prove.information.lemmas import TRUSTED as LEMMAS
    from derive.prove.theorems.shown import trusted

    theorems = list(trusted())
    width = max(
        len(name) for name in (*LAWS, *MEASURE_LAWS, *(name for name, _, _ in theorems), *map(_integral, INTEGRAL_LAWS))
    )
    for law in LAWS.values():
        print(f"{law.name:<{width}}  {law_text(law)}  [{law.cite}]")
    for law in INTEGRAL_LAWS.values():
        print(f"{_integral(law.name):<{width}}  {law.text}  [{law.cite}]")
    for name, (says, cite) in MEASURE_LAWS.items():
        print(f"{name:<{width}}  {says}  [{cite}]")
    for name, (says, cite) in LEMMAS.items():
        print(f"{name:<{width}}  {says}  [{cite}]")
    for name, statement, cite in theorems:
        print(f"{name:<{width}}  {statement}  [{cite}]")
    print(f"{len(LAWS)} trusted laws; ring arithmetic and renaming of bound indices are built in")
    print(f"{len(INTEGRAL_LAWS)} trusted integrals")
    print(f"{len(MEASURE_LAWS)} trusted laws of entropies, {len(LEMMAS)} lemmas about them")
    print(f"{len(theorems)} trusted inequalities")
    return OK


def _integral(name: str) -> str:
    return f"integral_{name}"
