"""The first rows over several conditions, each found through its own index.

An OR over an organ's own cases, those it takes part in and those it supervises makes a database read and sort all of
them for the fifty that a page shows. Asked one by one each condition stops at its first rows; what they find is put in
order and cut once more. One statement, on both databases.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

NEWEST, SOONEST = "DESC", "ASC NULLS LAST"


def first(
    branches: Sequence[QuerySet[Any, tuple[int, Any]]], *, limit: int, order: str = NEWEST
) -> list[int]:
    """The keys of the first rows of all branches together, each once.

    A branch gives (key, what it is ordered by) in the order asked for; it is cut to ``limit`` rows before they meet.
    """
    texts, parameters = [], []
    for number, branch in enumerate(branches):
        try:
            text, given = branch[:limit].query.sql_with_params()
        except EmptyResultSet:
            continue
        texts.append(f"SELECT * FROM ({text}) AS b{number}")
        parameters += given
    if not texts:
        return []
    statement = (
        f"WITH found (pk, place) AS ({' UNION '.join(texts)})"
        f" SELECT pk FROM found ORDER BY place {order}, pk {'DESC' if order == NEWEST else 'ASC'} LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, limit])
        return list(dict.fromkeys(pk for (pk,) in cursor.fetchall()))
