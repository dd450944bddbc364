"""The base of all nouns: an immutable record. Neither a dataclass nor a named tuple: `collections` and twelve of those
cost 0.4 x the start of Python, all of these together 0.01 x (docs/decisions/0001)."""

from __future__ import annotations

_new, _put = object.__new__, object.__setattr__
TYPE_CHECKING = False  # the type checker reads it as True; `typing` itself costs 0.5 x the start of Python
if TYPE_CHECKING:
    from typing import Any, TypeVar
    from typing import NamedTuple as Value

    V = TypeVar("V")
else:

    class Value:
        """An immutable record: fields are the annotations, defaults the class attributes."""

        _fields = ()

        def __init_subclass__(cls):
            cls._fields = tuple(cls.__annotations__)
            cls._known = frozenset(cls._fields)
            cls._defaults = {field: value for field, value in vars(cls).items() if field in cls._known}

        def __init__(self, *values, **named):
            if values:
                named |= zip(self._fields, values)  # noqa: B905  # strict costs as much as all the rest
            if len(named) != len(self._known):
                named = self._defaults | named
            if named.keys() != self._known or len(values) > len(named):
                wrong = sorted(named.keys() ^ self._known) or values[len(named) :]
                raise TypeError(f"{type(self).__name__} misses these fields, or has no such fields: {wrong}")
            _put(self, "__dict__", named)

        def __setattr__(self, name, value):
            raise AttributeError(f"{type(self).__name__} is immutable")

        def __eq__(self, other):
            return type(self) is type(other) and self.__dict__ == other.__dict__

        def __repr__(self):
            return f"{type(self).__name__}({', '.join(f'{f}={getattr(self, f)!r}' for f in self._fields)})"

        def _replace(self, **changes):
            if not changes.keys() <= self._known:
                return type(self)(**self.__dict__ | changes)  # says what is wrong
            value = _new(type(self))
            _put(value, "__dict__", self.__dict__ | changes)
            return value

        def _asdict(self):
            return {field: getattr(self, field) for field in self._fields}


def made(kind: type[V], fields: dict[str, Any]) -> V:
    """The value of these fields, which are all that its kind has, in their order. The dict is the value's from then on.

    For what a look makes hundreds of: a call with 20 keywords takes three times as long, and the type checker sees
    what is in it (tests/unit/test_value.py does that here).
    """
    if tuple(fields) != kind._fields:  # type: ignore[attr-defined]  # of any kind of Value, which no bound can say
        raise TypeError(f"{kind.__name__} has other fields, or in another order: {', '.join(fields)}")
    value = _new(kind)
    _put(value, "__dict__", fields)
    return value
