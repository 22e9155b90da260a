"""Checkpoints (C2SP tlog-checkpoint): origin, size and root of a log, as a signed note.

    example.org/log
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

For our own logs exactly these three lines: nobody could audit more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fadu.core.log import note
from fadu.core.log.commitment import from_text, to_text
from fadu.core.log.errors import LogError, ProofError
from fadu.core.log.suites import SIZE

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class Checkpoint:
    """What a log commits to: its name, how many entries, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{to_text(self.root)}\n"


def parse(text: str) -> Checkpoint:
    """Read the text of a checkpoint, strictly."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise LogError("检查点应恰为三行", why="多出的行无人能够查验")
    origin, size, root = lines[:3]
    if not note.valid_name(origin.replace(" ", "_")):
        raise LogError("检查点缺少账本名称")
    if not _DECIMAL.fullmatch(size) or int(size) >= 2**63:
        raise LogError(f"检查点的条数 {size[:30]!r} 不是十进制整数")
    digest = from_text(root)
    if len(digest) != SIZE:
        raise LogError("检查点的根不是 32 字节")
    return Checkpoint(origin, int(size), digest)


def open_checkpoint(
    data: bytes | str,
    key: note.Key,
    *,
    others: Sequence[note.Key] = (),
    origin: str | None = None,
    primitives: dict[bytes, note.Primitive] = note.PLAIN,
) -> tuple[Checkpoint, note.Opened]:
    """Open a checkpoint that ``key`` must have signed; ``origin`` (default: the key's name) must be its log.

    ``others`` are keys of witnesses; theirs that are present must hold, none must be present.
    """
    opened = note.open_note(data, [key, *others], primitives)
    if opened.signed_by(key) is None:
        raise ProofError("检查点没有账本自己的签名")
    found = parse(opened.text)
    wanted = key.name if origin is None else origin
    if found.origin != wanted:
        raise ProofError(f"检查点属于账本 {found.origin}，不是 {wanted}")
    return found, opened
