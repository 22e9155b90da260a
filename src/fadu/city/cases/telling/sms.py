"""短信: the gateway as an interface, with one that speaks HTTP and one that writes files for demonstrations."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings

_SECONDS = 10


class Gateway(Protocol):
    """Takes one message. ``key`` is the same however often the same message is handed over."""

    def send(self, *, to: str, text: str, key: str) -> None:
        """Hand over; ``OSError`` when the gateway is away or does not take it."""


@dataclass(frozen=True)
class HttpGateway:
    """POST of ``{"to", "text"}`` as JSON with the headers ``Authorization`` and ``Idempotency-Key``; 2xx is taken."""

    url: str
    token: str = ""

    def send(self, *, to: str, text: str, key: str) -> None:
        """See ``Gateway``. An answer other than 2xx is an ``OSError`` (``HTTPError``)."""
        body = json.dumps({"to": to, "text": text}, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": key}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        asked = urllib.request.Request(self.url, body, headers, method="POST")
        with urllib.request.urlopen(asked, timeout=_SECONDS) as answer:
            answer.read()


@dataclass(frozen=True)
class FileGateway:
    """One file a message, named by its key: what was sent twice stands once."""

    folder: Path

    def send(self, *, to: str, text: str, key: str) -> None:
        """See ``Gateway``."""
        self.folder.mkdir(parents=True, exist_ok=True)
        message = json.dumps({"to": to, "text": text}, ensure_ascii=False)
        (self.folder / f"{key}.json").write_text(message, encoding="utf-8")


def gateway() -> Gateway | None:
    """The installation's gateway; None where it has none."""
    if settings.FADU_SMS_URL:
        return HttpGateway(settings.FADU_SMS_URL, settings.FADU_SMS_TOKEN)
    return FileGateway(settings.FADU_VAR / "sms") if settings.FADU_DEMO else None
