"""演示短信和邮件: what a demonstration has sent lies in files of its own folder and is read back here; nowhere else."""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from django.conf import settings

MOST = 30
_FILES = "django.core.mail.backends.filebased.EmailBackend"
# How Django's file backend ends a message (one file may hold several).
_RULE = b"-" * 79 + b"\n"


@dataclass(frozen=True)
class Message:
    """One message as its receiver has it."""

    way: str
    to: str
    text: str
    at: datetime


def newest(zone: tzinfo) -> list[Message]:
    """The newest messages, by the time on the wall at which they were written."""
    found = [*_texts(zone), *(_mails(zone) if settings.EMAIL_BACKEND == _FILES else ())]
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST]


def _last(folder: Path, pattern: str) -> list[tuple[Path, float]]:
    files = [(path, path.stat().st_mtime) for path in folder.glob(pattern)]
    return sorted(files, key=lambda pair: pair[1], reverse=True)[:MOST]


def _texts(zone: tzinfo) -> Iterator[Message]:
    for path, moment in _last(Path(settings.FADU_VAR) / "sms", "*.json"):
        said = json.loads(path.read_text(encoding="utf-8"))
        yield Message("短信", said["to"], said["text"], datetime.fromtimestamp(moment, zone))


def _mails(zone: tzinfo) -> Iterator[Message]:
    for path, moment in _last(Path(settings.EMAIL_FILE_PATH), "*.log"):
        for part in path.read_bytes().split(_RULE):
            if not part.strip():
                continue
            read = email.message_from_bytes(part, policy=email.policy.default)
            body = read.get_body(("plain",))
            text = body.get_content().strip() if body is not None else ""
            yield Message("电子邮件", str(read["To"]), text, datetime.fromtimestamp(moment, zone))
