"""Statements that are compiled once for each database: how the writer and the tail speak to it.

Building, keying and binding a statement anew costs SQLAlchemy many times what the database then takes to
run it. What runs at every commit is therefore compiled once, from the same SQLAlchemy constructs; values
go to the driver as they are, which every column here allows: text, whole numbers, bytes, truth.
"""

import functools
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Connection, CursorResult, Dialect


class Statement:
    """Finished SQL that takes its values by name; ``names`` is the order in which it takes them."""

    def __init__(self, sql: str, names: Sequence[str], fixed: Mapping[str, Any]) -> None:
        self.names = tuple(names)
        self._sql = sql
        self._fixed = dict(fixed)
        self._in_order = operator.itemgetter(*names) if len(names) > 1 else lambda given: (given[names[0]],)

    def run(self, connection: Connection, **values: Any) -> CursorResult[Any]:
        """Execute it once."""
        return connection.exec_driver_sql(self._sql, self._in_order({**self._fixed, **values}))

    def run_each(self, connection: Connection, rows: Iterable[Sequence[Any]]) -> None:
        """Execute it for each row, its values in the order of ``names``, in one call to the driver."""
        connection.exec_driver_sql(self._sql, [tuple(one) for one in rows])


@functools.cache
def compiled(build: Callable[..., Any], dialect: Dialect, *about: Any) -> Statement:
    """The statement that ``build(*about)`` makes, with named ``bindparam``s for what differs each time."""
    made = build(*about).compile(dialect=dialect)
    return Statement(str(made), made.positiontup or list(made.params), made.params)


def padded(values: Sequence[Any]) -> list[Any]:
    """The values with the last one repeated up to a power of two, so that an ``IN`` has few spellings."""
    size = 1 << (len(values) - 1).bit_length()
    return [*values, *[values[-1]] * (size - len(values))]
