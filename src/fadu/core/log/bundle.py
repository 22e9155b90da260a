"""The verifier as one file (zip application) that a citizen can download and run with any Python from 3.11.

    python -m fadu.core.log.bundle fadu-verify.pyz

The same sources give the same bytes, so its digest can be published and compared.
"""

from __future__ import annotations

import io
import sys
import zipfile
from importlib.resources import files
from pathlib import Path

_MODULES = (
    "fadu/core/errors.py",
    "fadu/core/log/__init__.py",
    "fadu/core/log/errors.py",
    "fadu/core/log/sm3.py",
    "fadu/core/log/suites.py",
    "fadu/core/log/canonical.py",
    "fadu/core/log/commitment.py",
    "fadu/core/log/record.py",
    "fadu/core/log/tree.py",
    "fadu/core/log/ed25519.py",
    "fadu/core/log/sm2.py",
    "fadu/core/log/note.py",
    "fadu/core/log/checkpoint.py",
    "fadu/core/log/receipt.py",
    "fadu/core/log/timestamp.py",
    "fadu/core/log/tsa.py",
    "fadu/core/log/verdict.py",
    "fadu/core/log/stamps.py",
    "fadu/core/log/verify.py",
)
_MAIN = "import sys\nfrom fadu.core.log.verify import main\nsys.exit(main())\n"


def build() -> bytes:
    """The bytes of the single-file verifier."""
    root = files("fadu")
    contents = {"__main__.py": _MAIN.encode(), "fadu/__init__.py": b"", "fadu/core/__init__.py": b""}
    for name in _MODULES:
        contents[name] = root.joinpath(*name.split("/")[1:]).read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(contents.items()):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return b"#!/usr/bin/env python3\n" + packed.getvalue()


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(build())
