"""The finished hashes of the tree as rows; what `core.log.tree` reads through."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from fadu.city.ledger.models import Log
from fadu.core.log.errors import LogError


class NodeStore:
    """A `HashStore` over the table of finished hashes of one log."""

    def __init__(self, log: Log) -> None:
        self.log = log

    def read(self, positions: Sequence[int]) -> list[bytes]:
        """The hashes at ``positions``, in that order; one query. A missing one is damage and is named."""
        if not positions:
            return []
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(
                    "SELECT pos, hash FROM ledger_node WHERE log = %s AND pos = ANY(%s)",
                    [self.log.value, list(positions)],
                )
            else:
                marks = ",".join(["%s"] * len(positions))
                cursor.execute(
                    f"SELECT pos, hash FROM ledger_node WHERE log = %s AND pos IN ({marks})",
                    [self.log.value, *positions],
                )
            found = {pos: bytes(value) for pos, value in cursor.fetchall()}
        try:
            return [found[position] for position in positions]
        except KeyError as error:
            raise LogError(
                f"账本的树缺少第 {error.args[0]} 号散列", cure="请运行 fadu ledger check 查明损坏之处"
            ) from error
