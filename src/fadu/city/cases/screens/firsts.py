"""The first rows over several conditions, each found through its own index.

An OR over an organ's own cases, those it takes part in and those it supervises makes a database read and sort all of
them for the fifty that a page shows. Asked one by one each condition stops at its first rows; what they find is put in
order and cut once more. One statement, on both databases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

NEWEST, SOONEST = "DESC", "ASC NULLS LAST"


Branch = QuerySet[Any, tuple[int, Any]]


def first(branches: Sequence[Branch], *, limit: int, order: str = NEWEST) -> list[int]:
    """The keys of the first rows of all branches together, each once.

    A branch gives (key, what it is ordered by) in the order asked for; it is cut to ``limit`` rows before they meet.
    """
    return first_of_each({"": branches}, limit=limit, order=order)[""]


def first_of_each(
    groups: Mapping[str, Sequence[Branch]], *, limit: int, order: str = NEWEST
) -> dict[str, list[int]]:
    """``first`` of several groups, by one statement for all of them."""
    parts: list[str] = []
    parameters: list[Any] = []
    tie = "DESC" if order == NEWEST else "ASC"
    for number, branches in enumerate(groups.values()):
        texts, given = _compiled(branches, limit)
        if texts:
            parts.append(
                f"SELECT * FROM (WITH found (pk, place) AS ({' UNION '.join(texts)}) SELECT {number} AS part, pk"
                f" FROM found ORDER BY place {order}, pk {tie} LIMIT %s) AS g{number}"
            )
            parameters += [*given, limit]
    found: list[dict[int, None]] = [{} for _ in groups]
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), parameters)
            for number, pk in cursor.fetchall():
                found[number][pk] = None
    return {name: list(keys) for name, keys in zip(groups, found, strict=True)}


def _compiled(branches: Sequence[Branch], limit: int) -> tuple[list[str], list[Any]]:
    """The branches as subqueries, those left out that can have no row, with their parameters."""
    texts: list[str] = []
    parameters: list[Any] = []
    for branch in branches:
        try:
            text, given = branch[:limit].query.sql_with_params()
        except EmptyResultSet:
            continue
        texts.append(f"SELECT * FROM ({text}) AS b{len(texts)}")
        parameters += given
    return texts, parameters
