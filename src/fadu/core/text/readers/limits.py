"""What a reader will take, and the errors that say so. Documents of government are small; what is beyond is hostile or
the wrong file, and is refused before it is unpacked."""

from __future__ import annotations

from fadu.core.errors import InputError

MAX_FILE = 16 * 2**20
"""Bytes of one file."""
MAX_PART = 16 * 2**20
"""Bytes of one unpacked part of a package."""
MAX_UNPACKED = 48 * 2**20
"""Bytes of all parts that are read, unpacked."""
MAX_MEMBERS = 4000
"""Parts of one package."""
MAX_RATIO = 200
"""Unpacked to packed size of one part beyond 1 MiB: Word reaches about 40 on repetitive tables."""
MAX_TEXT = 750_000
"""Characters of one document: the whole 民法典 has about 110,000. A hostile one within this limit stays below 500 MB."""
MAX_PAGES = 3000
"""Pages of one PDF."""


class ReadError(InputError):
    """The file cannot be read as text: what it is, why, and how to mend it."""

    code = "unreadable"


def too_large(name: str, what: str, limit: int) -> ReadError:
    """The error for anything beyond a limit."""
    return ReadError(f"{what}超过上限（{limit // 2**20} MiB）", where=name, cure="请拆分文件，或者只提交正文")
