"""What a page asks of the database: its statements, without those that only begin, mark and end a transaction."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client

# docs/decisions and the issue: my day, the case page and the case list, for every reader.
MOST = 12
_FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
# Now and then a process looks whether the law has changed, for all its pages; what that asks is no page's own.
_OF_ALL = ('FROM "registries_lawfile"',)
# The demonstration's clock and its bar with the list of personas exist in no real installation.
_OF_DEMO = ("authority_democlock",)

Asked = list[tuple[str, Any]]


def by(browser: Client, address: str, *, status: int = 200) -> Asked:
    """The statements of one view, with their parameters."""
    asked: Asked = []

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        text = sql.lstrip()
        if not text.startswith(_FRAME) and not any(part in text for part in (*_OF_ALL, *_OF_DEMO)):
            asked.append((text, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        answer = browser.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return asked


def told(asked: Asked) -> str:
    """For the message of a failed assertion."""
    return "\n".join(f"{place}. {sql[:160]}" for place, (sql, _) in enumerate(asked, 1))
