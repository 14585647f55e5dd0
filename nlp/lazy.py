"""A value computed when first asked for: functools.cached_property without the lock that Python 3.11 takes for it.

The dozens of such values in a document make the lock a fiftieth of all work.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class lazy(Generic[T]):  # noqa: N801  # stands where `property` does
    """Decorates a method without arguments; its class needs a `__dict__`."""

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute = compute
        self._name = compute.__name__

    def __get__(self, instance: Any, owner: type) -> T:
        value = instance.__dict__[self._name] = self._compute(instance)
        return value
