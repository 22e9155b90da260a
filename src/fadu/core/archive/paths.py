"""Names of files inside a package that every system can unpack: not too long in bytes, none of Windows' signs, in NFC.

A Chinese character takes three bytes and most file systems give a name 255; the name as it was uploaded stands in
``acts.json`` and on the readable page.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 150
# The percent sign, because programs do not agree whether a manifest writes it as %25 (RFC 8493, 2.1.3).
_UNSAFE = re.compile(r'[<>:"/\\|?*%\x00-\x1f]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")


def safe(name: str) -> str:
    """``name`` so that it can be a file name anywhere, at most `LONGEST` bytes of UTF-8, its ending kept."""
    clean = _UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip(" .") or "未命名"
    if _RESERVED.match(clean):
        clean = f"_{clean}"
    stem, dot, ending = clean.rpartition(".")
    if not dot or len(ending.encode()) > 10:
        stem, ending = clean, ""
    tail = f".{ending}" if ending else ""
    room = LONGEST - len(tail.encode())
    while len(stem.encode()) > room:
        stem = stem[:-1]
    return f"{stem.rstrip(' .')}{tail}"


def portable(name: str) -> bool:
    """Whether every part of a path in a package can be unpacked anywhere."""
    return all(
        len(part.encode()) <= 255
        and not _UNSAFE.search(part.replace("%", ""))
        and not part.endswith((" ", "."))
        for part in name.split("/")
    )
