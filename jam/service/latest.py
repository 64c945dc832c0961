"""The newest value made for each name, made once however many ask for it at the same moment.

Under what many people want at the same second and what takes long to make: the report at the bell.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

V = TypeVar("V")


class Latest(Generic[V]):
    """Keeps ``most`` values, those that were asked for last. Belongs to one event loop."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[str, tuple[object, V]] = {}
        self._making: dict[str, asyncio.Lock] = {}

    async def get(self, name: str, source: object, make: Callable[[], Awaitable[V]]) -> V:
        """The value under ``name`` that was made from this ``source``, made now unless it is there.

        Who asks while another one makes it waits and gets the same. If the maker fails or is cancelled, the
        next in line makes it.
        """
        if (kept := self._fresh(name, source)) is not None:
            return kept[1]
        lock = self._making.setdefault(name, asyncio.Lock())
        try:
            async with lock:
                if (kept := self._fresh(name, source)) is not None:
                    return kept[1]
                made = await make()
                self._keep(name, source, made)
                return made
        finally:
            if not lock.locked():
                self._making.pop(name, None)

    def _fresh(self, name: str, source: object) -> tuple[object, V] | None:
        kept = self._kept.get(name)
        return kept if kept is not None and (kept[0] is source or kept[0] == source) else None

    def _keep(self, name: str, source: object, value: V) -> None:
        self._kept.pop(name, None)
        self._kept[name] = (source, value)
        while len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
