"""An act: one thing done in a case, performed here or attested from elsewhere."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fadu.core.errors import InputError, Refusal

PERFORMED, ATTESTED = "performed", "attested"


@dataclass(frozen=True)
class Performer:
    """A natural person acting in a post of an organ, in one of the procedure's roles."""

    person: str
    post: str = ""
    organ: str = ""
    role: str = ""


@dataclass(frozen=True)
class Finding:
    """What an attested act broke, written with it; owes a correction or an explanation."""

    code: str
    sentence: str
    basis: str = ""
    cure: str = ""
    subject: str = ""

    @classmethod
    def of(cls, refusal: Refusal) -> Finding:
        """The reason for which a performed act would have been refused."""
        return cls(refusal.code, refusal.sentence, refusal.basis, refusal.cure, refusal.subject)


@dataclass(frozen=True)
class Act:
    """One act. ``occurred_at`` and ``recorded_at`` carry their zone. ``targets`` names what a general act is about:
    a step (waive, return, serve, extend), a fact (overturn_fact), an act number (correct), ``seq:code``
    (explain_finding), ``[step, child, outcome]`` (child_result). ``reviewed`` is the digest of the text that a review
    had before it. ``cures`` and ``creates`` are findings on other acts that this late arrival cured or caused."""

    seq: int
    step: str
    outcome: str
    occurred_at: dt.datetime
    recorded_at: dt.datetime
    channel: str = PERFORMED
    performers: tuple[Performer, ...] = ()
    recorder: str = ""
    facts: Mapping[str, bool] = field(default_factory=dict)
    checks: Mapping[str, bool] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    targets: tuple[str, ...] = ()
    reviewed: str = ""
    children: tuple[str, ...] = ()
    on_behalf: str = ""
    source: str = ""
    source_number: str = ""
    evidence: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    cures: tuple[str, ...] = ()
    creates: Mapping[str, Finding] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.occurred_at.tzinfo is None or self.recorded_at.tzinfo is None:
            raise InputError("办理时间没有时区", where=f"步骤 {self.step}", cure="使用带时区的时间")

    @property
    def persons(self) -> tuple[str, ...]:
        """Every natural person in it: performers, then the recorder."""
        every = [performer.person for performer in self.performers]
        return tuple(dict.fromkeys([*every, self.recorder] if self.recorder else every))

    @property
    def order(self) -> tuple[bool, dt.datetime, int]:
        """The order of folding: the opening act (the first recorded), then by when it happened, then when it was recorded.

        The law lets a paper be older than the case it belongs to (a study made before the proposal), and a case is
        often opened here after work on it began. Such an act keeps its own date, from which its times run, but takes
        effect when there is a case: otherwise the opening would make owed again what was already done. What the law
        puts after the opening is found to have come too early (``judge``)."""
        return self.seq > 1, self.occurred_at, self.seq

    def text_digest(self) -> str:
        """What a review of this act is bound to: its file ``text``, else all its files, else its values."""
        if "text" in self.digests:
            return self.digests["text"]
        content = self.digests or self.values
        written = json.dumps(
            dict(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
        )
        return hashlib.sha256(written.encode()).hexdigest()

    def to_data(self, *, but: str = "") -> dict[str, Any]:
        """JSON-able form; empty parts left out, and the one named ``but``."""
        data = {name: value for name, value in vars(self).items() if (value or name == "seq") and name != but}
        data["occurred_at"], data["recorded_at"] = self.occurred_at.isoformat(), self.recorded_at.isoformat()
        if self.performers:
            data["performers"] = [_present(one) for one in self.performers]
        if self.findings:
            data["findings"] = [_present(one) for one in self.findings]
        if self.creates:
            data["creates"] = {key: _present(one) for key, one in self.creates.items()}
        for name in ("facts", "checks", "values", "digests"):
            if name in data:
                data[name] = dict(data[name])
        for name in ("targets", "children", "evidence", "cures"):
            if name in data:
                data[name] = list(data[name])
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Act:
        """The act written by ``to_data``."""
        given = dict(data)
        for name in ("occurred_at", "recorded_at"):
            given[name] = dt.datetime.fromisoformat(given[name])
        given["performers"] = tuple(Performer(**one) for one in given.get("performers", ()))
        given["findings"] = tuple(Finding(**one) for one in given.get("findings", ()))
        given["creates"] = {key: Finding(**one) for key, one in given.get("creates", {}).items()}
        for name in ("targets", "children", "evidence", "cures"):
            given[name] = tuple(given.get(name, ()))
        return cls(**given)

    def with_findings(self, findings: tuple[Finding, ...]) -> Act:
        """The same act with what it broke."""
        return replace(self, findings=findings)


def _present(record: object) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if value}
