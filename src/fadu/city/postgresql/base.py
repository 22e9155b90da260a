"""Django's PostgreSQL backend with a second kind of cursor, for the few hand-written statements of the hot path.

Django binds parameters on the client, so the server parses and plans each statement anew; for a statement that is
always the same, that costs more than running it. A kept cursor binds on the server, which keeps the plan.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """``kept_cursor()`` beside ``cursor()``; both take part in the same transaction and the same query log."""

    def kept_cursor(self) -> Any:
        """A cursor for statements that never change: prepared at their third use on a connection (see settings)."""
        self.ensure_connection()
        with self.wrap_database_errors:
            return self._prepare_cursor(base.ServerBindingCursor(self.connection))
