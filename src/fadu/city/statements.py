"""Hand-written statements for the hot path (docs/decisions/0001-hot-path.md): sent by kept cursors, columns by the models.

A model gives the names of its columns and says how its values are written and read, so that a statement written by
hand breaks neither when a column is added nor on another database. Nothing here knows what the tables mean.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

M = TypeVar("M", bound=models.Model)
# Fields whose values every driver takes as they are.
_PLAIN = (models.CharField, models.IntegerField, models.BooleanField, models.ForeignKey)
_MOMENTS = (models.DateField,)  # dates and moments: PostgreSQL takes them as they are


@functools.cache
def postgres() -> bool:
    """Whether statements are spoken to PostgreSQL; else to SQLite. An installation has one of the two."""
    return connection.vendor == "postgresql"


def ask(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows that a statement answers."""
    return connection.run_kept(statement, parameters).fetchall()


def among(column: str, values: Collection[Any]) -> tuple[str, list[Any]]:
    """The condition that a column has one of these values, and its parameters."""
    if postgres():
        return f"{column} = ANY(%s)", [list(values)]
    return f"{column} IN ({', '.join(['%s'] * len(values))})", list(values)


class _Part(NamedTuple):
    statement: str
    parameters: Sequence[Any]
    touches: int | None


@dataclass
class Together:
    """Writes that belong together: where a round trip costs they go as one statement, else one after the other.

    All of them see the tables as they were before; no two may touch the same row.
    """

    parts: list[_Part] = field(default_factory=list)

    def add(self, statement: str, parameters: Sequence[Any], *, touches: int | None = None) -> None:
        """One more INSERT, UPDATE or DELETE; ``touches`` is how many rows it must find."""
        self.parts.append(_Part(statement, parameters, touches))

    def run(self) -> None:
        """Write them now; raises where one found fewer or more rows than it must."""
        parts, self.parts = self.parts, []
        if not parts:
            return
        if postgres():
            told = tuple((part.statement, part.touches is not None) for part in parts)
            counts = iter(ask(_as_one(told), [value for part in parts for value in part.parameters])[0])
            _demand((part, next(counts)) for part in parts if part.touches is not None)
        else:
            counts = connection.run_each((part.statement, part.parameters) for part in parts)
            _demand(zip(parts, counts, strict=True))

    def run_in_bulk(self) -> None:
        """As ``run``, for the writes of many: what is said in the same words goes as one (``in_bulk``)."""
        parts, self.parts = self.parts, []
        alike: dict[str, list[_Part]] = {}
        for part in parts:
            alike.setdefault(part.statement, []).append(part)
        if postgres():
            for same in alike.values():
                self.parts += _merged(same)
            self.run()
            return
        for statement, same in alike.items():
            with connection.cursor() as cursor:
                cursor.executemany(statement, [part.parameters for part in same])
                _demand([(_sum(same, statement, ()), cursor.rowcount)])


_MANY: dict[str, Callable[[], str]] = {}


def in_bulk(one: str, many: Callable[[], str]) -> str:
    """Declare how a statement is said for many rows at once on PostgreSQL: each parameter an array. The statement."""
    _MANY[one] = many
    return one


def _merged(same: list[_Part]) -> list[_Part]:
    many = _MANY.get(same[0].statement)
    if len(same) == 1 or many is None:
        return same
    columns = [list(column) for column in zip(*(part.parameters for part in same), strict=True)]
    return [_sum(same, many(), columns)]


def _sum(same: list[_Part], statement: str, parameters: Sequence[Any]) -> _Part:
    counted = [part.touches for part in same if part.touches is not None]
    return _Part(statement, parameters, sum(counted) if counted else None)


def _demand(done: Iterable[tuple[_Part, int]]) -> None:
    for part, count in done:
        if part.touches is not None and count != part.touches:
            raise RuntimeError(
                f"{count} rows instead of {part.touches}, somebody wrote past the door: {part.statement}"
            )


@functools.lru_cache(maxsize=256)
def _as_one(parts: tuple[tuple[str, bool], ...]) -> str:
    named = [f"p{place} AS ({text}{' RETURNING 1' * counted})" for place, (text, counted) in enumerate(parts)]
    counts = [f"(SELECT count(*)::int FROM p{place})" for place, (_, counted) in enumerate(parts) if counted]
    return f"WITH {', '.join(named)} SELECT {', '.join(counts) or '1'}"


def arrays(fields: Sequence[models.Field[Any, Any]]) -> str:
    """Marks for an array of values of each field, as PostgreSQL's ``unnest`` wants them; ``%b``: texts need no escaping."""
    # An automatic key is known by the type of what refers to it.
    kinds = [
        field.rel_db_type(connection) if field.primary_key else field.db_type(connection) for field in fields
    ]
    return ", ".join(f"%b::{kind}[]" for kind in kinds)


class Table(Generic[M]):
    """A model as its hand-written statements need it."""

    def __init__(self, model: type[M]) -> None:
        self.model = model
        self.fields = model._meta.concrete_fields
        self.name = model._meta.db_table
        self._attnames = [field.attname for field in self.fields]
        self._named = {field.name: field for field in self.fields}

    def columns(self, of: str = "", *, but: Collection[str] = ()) -> str:
        """The columns in the model's order, each ``of`` an alias; ``but`` are names of fields left out."""
        dot = f"{of}." if of else ""
        return ", ".join(f'{dot}"{field.column}"' for field in self.fields if field.name not in but)

    @functools.cached_property
    def insert(self) -> str:
        """The statement that adds a row, without its automatic key."""
        fields = [field for field in self.fields if not field.primary_key or not field.db_returning]
        marks = ", ".join(["%s"] * len(fields))
        columns = ", ".join(f'"{field.column}"' for field in fields)
        return in_bulk(
            f'INSERT INTO "{self.name}" ({columns}) VALUES ({marks})',
            lambda: f'INSERT INTO "{self.name}" ({columns}) SELECT * FROM unnest({arrays(fields)})',
        )

    def update(self, names: Sequence[str]) -> str:
        """The statement that sets these fields of the row with a key, which is its last parameter."""
        fields = [self._named[name] for name in names]
        columns = [f'"{field.column}"' for field in fields]
        key = f'"{self.model._meta.pk.column}"'
        return in_bulk(
            f'UPDATE "{self.name}" SET {", ".join(f"{column} = %s" for column in columns)} WHERE {key} = %s',
            lambda: (
                f'UPDATE "{self.name}" t SET {", ".join(f"{column} = u.{column}" for column in columns)}'
                f" FROM unnest({arrays([*fields, self.model._meta.pk])}) AS u({', '.join([*columns, key])})"
                f" WHERE t.{key} = u.{key}"
            ),
        )

    def inserted(self, row: M | SimpleNamespace) -> list[Any]:
        """The parameters of ``insert``: of a row, or of whatever has its columns as attributes."""
        return self.given(row, self._inserted)

    @functools.cached_property
    def _inserted(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields if not field.primary_key or not field.db_returning)

    def given(self, row: M | SimpleNamespace, names: tuple[str, ...]) -> list[Any]:
        """What the database is given for these fields of a row."""
        values, to = vars(row), connections[DEFAULT_DB_ALIAS]
        return [
            values[attname] if plain else field.get_db_prep_save(values[attname], to)
            for attname, plain, field in self._how(names)
        ]

    @functools.lru_cache(maxsize=16)  # noqa: B019 - tables are made once, at import, and live as long as the program
    def _how(self, names: tuple[str, ...]) -> list[tuple[str, bool, models.Field[Any, Any]]]:
        plain = (*_PLAIN, *_MOMENTS) if postgres() else _PLAIN
        fields = [self._named[name] for name in names]
        return [(field.attname, isinstance(field, plain), field) for field in fields]

    @functools.cached_property
    def _conversions(self) -> list[tuple[int, Any, list[Any]]]:
        """Place, column and converters of each column that does not come as Python wants it."""
        columns = ((place, field.get_col(self.name)) for place, field in enumerate(self.fields))
        found = (
            (
                place,
                column,
                [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)],
            )
            for place, column in columns
        )
        return [(place, column, converters) for place, column, converters in found if converters]

    def row(self, cells: Sequence[Any]) -> M:
        """The object behind the cells of ``columns``."""
        values = list(cells)
        for place, column, converters in self._conversions:
            for convert in converters:
                values[place] = convert(values[place], column, connection)
        made = self._bare(zip(self._attnames, values, strict=True))
        made._state.adding, made._state.db = False, DEFAULT_DB_ALIAS
        return made

    def made(self, **given: Any) -> M:
        """A new object that has not been written: every field is given, related ones as objects, but the automatic key."""
        columns, related = self._unset.copy(), {}
        for name, value in given.items():
            if isinstance(self._named[name], models.ForeignKey):
                related[name], value = value, value.pk
            columns[self._named[name].attname] = value
        made = self._bare(columns)
        made._state.fields_cache.update(related)
        return made

    @functools.cached_property
    def _unset(self) -> dict[str, Any]:
        return dict.fromkeys(self._attnames)

    def _bare(self, columns: Any) -> M:
        # As ``from_db`` makes it, without asking each field: nothing listens to the making of models here.
        made = self.model.__new__(self.model)
        made.__dict__.update(columns)
        made._state = models.base.ModelState()
        return made

    def split(self, cells: Sequence[Any]) -> tuple[M | None, Sequence[Any]]:
        """The object behind the first cells (None where an outer join found none), and the cells after them."""
        width = len(self.fields)
        return (None if cells[0] is None else self.row(cells[:width])), cells[width:]
