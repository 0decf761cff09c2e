"""Finds the packages of the three folders: one distribution, all imports under `derive`."""

from setuptools import find_namespace_packages, setup

FOLDERS = {"derive": "derive", "derive.catalog": "catalog", "derive.codegen": "codegen"}

# Every folder is a package, with or without `__init__.py`, so that neither a new folder nor its assets can be lost.
# Where the symlinks derive/catalog and derive/codegen are followed, they lead to the same names once more.
packages = set(FOLDERS)
for package, folder in FOLDERS.items():
    found = find_namespace_packages(folder, exclude=["*__pycache__*"])
    packages |= {f"{package}.{name}" for name in found}

setup(packages=sorted(packages), package_dir=FOLDERS)
