"""Small immutable values: frozen dataclasses without generated source, which takes half a millisecond a class.

They are on the way of every statement about entropies, which a shell should answer in a tenth of a second.
"""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn, Self, dataclass_transform


@dataclass_transform(frozen_default=True)
class Frozen:
    """The annotations of a class below are its fields, with the values they are given as defaults.

    Two are equal if they are of one class and have equal fields.
    """

    __match_args__: ClassVar[tuple[str, ...]] = ()
    _key: tuple[Any, ...]

    def __init_subclass__(cls) -> None:
        cls.__match_args__ = (*cls.__match_args__, *cls.__annotations__)

    def __init__(self, *values: Any, **named: Any) -> None:
        names = self.__match_args__
        given = {**dict(zip(names, values, strict=False)), **named}
        if len(given) != len(values) + len(named) or not given.keys() <= {*names}:
            raise TypeError(f"{type(self).__name__} takes {', '.join(names)}, each once")
        self.__dict__.update(given)
        missing = [name for name in names if not hasattr(self, name)]
        if missing:
            raise TypeError(f"{type(self).__name__} needs {', '.join(missing)}")
        self.__dict__["_key"] = tuple([getattr(self, name) for name in names])

    def but(self, **changed: Any) -> Self:
        """The same with other values of some fields."""
        return type(self)(**{**dict(zip(self.__match_args__, self._key, strict=True)), **changed})

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._key == other._key  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        shown = (f"{name}={value!r}" for name, value in zip(self.__match_args__, self._key, strict=True))
        return f"{type(self).__name__}({', '.join(shown)})"

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is immutable: cannot set {name!r}")
