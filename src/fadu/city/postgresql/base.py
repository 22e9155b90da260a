"""Django's PostgreSQL backend with a second kind of cursor, for the few hand-written statements of the hot path.

Django binds parameters on the client, so the server parses and plans each statement anew; for a statement that is
always the same, that costs more than running it. A kept cursor binds on the server, which keeps the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """``run_kept()`` beside ``cursor()``; both take part in the same transaction and the same query log."""

    _kept: Any = None

    def kept_cursor(self) -> Any:
        """A cursor for statements that never change: prepared at their third use on a connection (see settings)."""
        self.ensure_connection()
        with self.wrap_database_errors:
            return self._prepare_cursor(base.ServerBindingCursor(self.connection))

    def run_kept(self, statement: str, parameters: Sequence[Any]) -> Any:
        """Run such a statement; the cursor with its answer, good until the next one."""
        self.ensure_connection()
        if self.queries_logged or self.execute_wrappers:  # somebody listens: through Django's own cursor
            cursor = self.kept_cursor()
            cursor.execute(statement, parameters)
            return cursor
        self.validate_no_broken_transaction()
        if self._kept is None or self._kept.connection is not self.connection:
            self._kept = base.ServerBindingCursor(self.connection)
        with self.wrap_database_errors:
            return self._kept.execute(statement, parameters)
