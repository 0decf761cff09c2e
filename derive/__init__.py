"""Proves, typesets and generates code for the formulas of deep learning, each from one written statement.

`derive.check(statement, given=, where=)` returns a verdict, `derive.parse(text)` an expression, `derive.entry(id)` an
entry of the catalog. They are loaded when first asked for: `import derive` by itself imports none of the engine.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derive.api import check, entry, parse

__all__ = ["__version__", "check", "entry", "parse"]

__version__ = "0.1.0"


class _Entry(ModuleType):
    """The package `derive.entry`, which is the function `derive.entry(id)` as well: one name, one object."""

    def __call__(self, *args: object, **kwargs: object) -> object:
        return import_module("derive.api").entry(*args, **kwargs)


class _Derive(ModuleType):
    """The package `derive`, which sees its subpackage `entry` arrive, whoever imports it first."""

    def __setattr__(self, name: str, value: object) -> None:
        if name == "entry" and isinstance(value, ModuleType):
            value.__class__ = _Entry
        super().__setattr__(name, value)

    def __getattr__(self, name: str) -> object:
        if name == "entry":
            return import_module("derive.entry")
        if name in __all__:
            return getattr(import_module("derive.api"), name)
        raise AttributeError(f"module 'derive' has no attribute {name!r}")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *__all__})


sys.modules[__name__].__class__ = _Derive
