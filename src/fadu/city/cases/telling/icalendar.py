"""iCalendar text (RFC 5545) of due dates, with nothing personal in it: a procedure, a step, a day, an address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MEDIA_TYPE = "text/calendar; charset=utf-8"
_OCTETS = 75


@dataclass(frozen=True)
class Event:
    """One day with something due; ``uid`` stays the same while it is the same duty."""

    uid: str
    day: date
    summary: str
    url: str = ""
    changed_at: datetime | None = None


def written(events: Iterable[Event], *, name: str, at: datetime) -> str:
    """The whole calendar: CRLF, lines folded at 75 octets between characters, text escaped, all-day events."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Fadu//duties//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ]  # fmt: skip
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event.uid}",
            f"DTSTAMP:{_stamp(event.changed_at or at)}",
            f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(event.summary)}",
            "TRANSP:TRANSPARENT",
            *([f"URL:{event.url}"] if event.url else []),
            "END:VEVENT",
        ]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """RFC 5545, 3.3.11."""
    for plain, escaped in (
        ("\\", "\\\\"),
        (";", "\\;"),
        (",", "\\,"),
        ("\r\n", "\\n"),
        ("\n", "\\n"),
        ("\r", "\\n"),
    ):
        text = text.replace(plain, escaped)
    return text


def _folded(line: str) -> str:
    """RFC 5545, 3.1: no physical line is longer than 75 octets, the leading space of a continuation included."""
    parts, room, current = [], _OCTETS, ""
    for char in line:
        size = len(char.encode())
        if size > room:
            parts.append(current)
            current, room = "", _OCTETS - 1
        current += char
        room -= size
    return "\r\n ".join([*parts, current])
