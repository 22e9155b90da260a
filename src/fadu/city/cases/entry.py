"""What somebody typed: the input of an act, before anything is checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fadu.core.procedure.definition import Field

# What a record of something done elsewhere (补录) asks beside the step's own entries; its files are committed like theirs.
EVIDENCE = Field(
    "evidence", "凭据", "files", cls="internal", help="纸质文书的扫描件、会议记录、来源系统的回执等。"
)


@dataclass(frozen=True)
class Entry:
    """What somebody typed for a step: raw values, answered facts with reasons, kept files by field, targets."""

    step: str
    outcome: str = ""
    values: Mapping[str, Any] | None = None
    facts: Mapping[str, bool] | None = None
    reasons: Mapping[str, str] | None = None
    files: Mapping[str, Sequence[int]] | None = None
    targets: Sequence[str] = ()


@dataclass(frozen=True)
class Elsewhere:
    """What an attested act says of its origin: when, from where, its number there, who did it, with what evidence.
    ``linked``: it was done in another case here, which judged by its own law who might do it."""

    occurred_at: datetime
    source: str
    source_number: str
    performers: Sequence[Mapping[str, str]]
    evidence: Sequence[int] = ()
    linked: bool = False
