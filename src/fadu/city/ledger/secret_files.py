"""Secrets in files of mode 0600: made once, by whoever comes first, and on disk before anybody uses them."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """The secret in that file, made by ``make`` if there is none yet."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "w") as made:
            made.write(make().hex() + "\n")
            made.flush()
            os.fsync(made.fileno())
        # If another process made it first, the link fails and both use that one.
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
        Path(name).unlink()
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    return bytes.fromhex(path.read_text().strip())
