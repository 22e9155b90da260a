"""What can be done to the ledger: append, note a read or a refusal, erase values. Nothing can be changed.

`append` belongs inside the transaction of the thing that leaves the trace; the caller (the door) holds the lock of
the case. Erasing destroys values and salts, never leaves, and is itself an act that its caller logs.
"""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from fadu.city.ledger import identity, vault, writing
from fadu.city.ledger.erasing import erase as erase
from fadu.city.ledger.vault import Box
from fadu.city.statements import Together
from fadu.core.errors import Refusal
from fadu.core.log import commitment, receipt, record
from fadu.core.log.record import Covers, Head, Party
from fadu.core.log.suites import SIZE, Suite


@dataclass(frozen=True)
class Official:
    """An official as performer or recorder: the post he acts in, and his person key (kept out of the log)."""

    post: str
    person: str

    def party(self, case_ref: str) -> Party:
        """As he stands in a leaf."""
        return record.official(self.post, identity.person_tag(self.person))


@dataclass(frozen=True)
class Citizen:
    """A citizen or enterprise: in each case another pseudonym."""

    person: str

    def party(self, case_ref: str) -> Party:
        """As he stands in a leaf of that case."""
        return record.citizen(identity.pseudonym(case_ref, self.person))


@dataclass(frozen=True)
class System:
    """The system, for what happens by lapse of time or by its own order."""

    name: str

    def party(self, case_ref: str) -> Party:
        """As it stands in a leaf."""
        return record.system(self.name)


Who = Official | Citizen | System


@dataclass(frozen=True)
class Record:
    """Everything that the caller says about one act; the ledger adds number, predecessor, commitments and nonce.

    ``source`` empty: performed here and now; else attested, and where it happened (a register or system, no person).
    ``definition``: hex hash of the pinned law file, or empty. ``files``: digests (bytes or hex) by name. ``sealed``:
    a matter whose leaves are blinded (举报).
    """

    case_ref: str
    step: str
    performers: Sequence[Who]
    recorder: Who
    organ: str
    occurred_at: datetime
    recorded_at: datetime
    source: str = ""
    definition: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, bytes | str] = field(default_factory=dict)
    covers: Sequence[Covers] = ()
    request_id: str = ""
    sealed: bool = False


@dataclass(frozen=True)
class Appended:
    """What an act has left: the hash and number of its leaf."""

    hash: bytes
    case_ref: str
    seq: int
    recorded_at: datetime

    @functools.cached_property
    def promise(self) -> str:
        """The signed promise "in the log before T", made when asked for; show it only after the commit."""
        return receipt.promise(
            origin=identity.origin(),
            case=self.case_ref,
            seq=self.seq,
            leaf=self.hash,
            before=self.recorded_at + timedelta(seconds=settings.FADU_PROMISE_SECONDS),
            signer=identity.promise_signer(),
        )


BESIDE = writing.Beside()


def append(
    *, together: Together | None = None, stored: writing.StoredHead | None = None, **said: Any
) -> Appended:
    """Append one leaf in the current transaction; keywords as in `Record`. With ``together`` it is written when the
    caller runs that, in one statement with the caller's own rows; ``stored`` is the head, if the caller has locked and
    read it already (``BESIDE``).
    """
    _demand_transaction()
    record_ = Record(**said)
    if stored is None:
        stored = writing.lock_heads([record_.case_ref]).get(record_.case_ref)
    head = stored.head if stored else Head()
    key = (
        vault.unwrap(record_.case_ref, stored.kek, stored.wrapped)
        if stored
        else vault.new_key(record_.case_ref)
    )
    row = _leaf_row(identity.suite(), record_, head, key)
    batch = Together() if together is None else together
    writing.add(batch, row, _head_row(record_.case_ref, Head(head.seq + 1, row.hash), stored, key))
    if together is None:
        batch.run()
    return Appended(row.hash, record_.case_ref, head.seq + 1, record_.recorded_at)


def _demand_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("a leaf is written in the transaction of its act; there is none")


def append_many(records: Sequence[Record]) -> list[Appended]:
    """Append leaves in the given order, in the current transaction, with two statements for all of them."""
    _demand_transaction()
    suite = identity.suite()
    known = writing.lock_heads(said.case_ref for said in records)
    places = {case_ref: stored.head for case_ref, stored in known.items()}
    keys = {ref: vault.unwrap(ref, stored.kek, stored.wrapped) for ref, stored in known.items()}
    rows, answers = [], []
    for said in records:
        head = places.get(said.case_ref, Head())
        key = keys.get(said.case_ref) or keys.setdefault(said.case_ref, vault.new_key(said.case_ref))
        row = _leaf_row(suite, said, head, key)
        places[said.case_ref] = Head(head.seq + 1, row.hash)
        rows.append(row)
        answers.append(Appended(row.hash, said.case_ref, head.seq + 1, said.recorded_at))
    writing.write(rows, [_head_row(ref, places[ref], known.get(ref), keys[ref]) for ref in sorted(places)])
    return answers


def _head_row(
    case_ref: str, head: Head, stored: writing.StoredHead | None, key: vault.DataKey
) -> writing.HeadRow:
    if stored is None:
        return writing.HeadRow(case_ref, head, None, vault.kek_name(), vault.wrap(key))
    return writing.HeadRow(case_ref, head, stored.head.seq, stored.kek, stored.wrapped)


def _leaf_row(suite: Suite, said: Record, head: Head, key: vault.DataKey) -> writing.LeafRow:
    """Commit to the values, compose the body, hash it, seal the openings."""
    salts = iter(_salts(len(said.fields) + len(said.files) + 2))
    fields = {name: (next(salts), commitment.encode(value)) for name, value in said.fields.items()}
    files = {name: (next(salts), _digest(value)) for name, value in said.files.items()}
    body = record.compose(
        log=identity.origin(),
        epoch=identity.EPOCH,
        case_tag=identity.case_tag(said.case_ref),
        head=head,
        step=said.step,
        performers=[who.party(said.case_ref) for who in said.performers],
        recorder=said.recorder.party(said.case_ref),
        organ=said.organ,
        occurred_at=said.occurred_at,
        recorded_at=said.recorded_at,
        source=said.source,
        definition=said.definition,
        fields={name: commitment.commit(suite, name, *opened) for name, opened in fields.items()},
        files={
            name: commitment.commit(suite, commitment.file_label(name), *opened)
            for name, opened in files.items()
        },
        covers=said.covers,
        nonce=next(salts),
        request=said.request_id,
    )
    if not said.sealed:
        leaf = suite.leaf(body)
        box = key.seal(leaf, Box(fields, files))
        return writing.LeafRow(leaf, said.case_ref, head.seq + 1, head.hash, body, box, None)
    salt = next(salts)
    blinded = record.compose_blinded(
        log=identity.origin(), epoch=identity.EPOCH, commitment=commitment.blind(suite, salt, body)
    )
    leaf = suite.leaf(blinded)
    box = key.seal(leaf, Box(fields, files, (salt, body)))
    # Its own random name and no predecessor: the row of a sealed matter tells no case.
    return writing.LeafRow(leaf, f"sealed:{os.urandom(16).hex()}", 1, b"", blinded, box, said.case_ref)


def _salts(count: int) -> list[bytes]:
    drawn = os.urandom(SIZE * count)
    return [drawn[start : start + SIZE] for start in range(0, len(drawn), SIZE)]


def _digest(value: bytes | str) -> bytes:
    return commitment.encode(value if isinstance(value, bytes) else bytes.fromhex(value))


@dataclass(frozen=True)
class Access:
    """One read, list, search, export, print or refused attempt; never what was typed or shown."""

    kind: str
    who: Who | str
    at: datetime
    organ: str = ""
    case_ref: str = ""
    subject: str = ""
    step: str = ""
    codes: Sequence[str] = ()
    purpose: str = ""


def note_access(*entries: Access) -> None:
    """Write entries of the access log (a batch in one transaction); inside an act they share its transaction."""
    if not entries:
        return
    suite = identity.suite()
    rows = []
    for entry in entries:
        body = record.compose_access(
            log=identity.origin(identity.Log.ACCESS),
            epoch=identity.EPOCH,
            kind=entry.kind,
            who=_reader(entry),
            organ=entry.organ,
            at=entry.at,
            case_tag=identity.case_tag(entry.case_ref) if entry.case_ref else b"",
            subject=entry.subject,
            step=entry.step,
            codes=entry.codes,
            purpose=entry.purpose,
            nonce=os.urandom(SIZE),
        )
        rows.append((suite.leaf(body), entry.case_ref, entry.at, body))
    # One statement needs no transaction around it; several need one.
    with contextlib.nullcontext() if connection.vendor == "postgresql" else transaction.atomic():
        writing.write_access(rows)


def _reader(entry: Access) -> Party:
    if isinstance(entry.who, str):
        return record.person(identity.person_tag(entry.who))
    return entry.who.party(entry.case_ref)


def note_refusal(
    *, act: str, person: str, refusals: Sequence[Refusal], at: datetime, organ: str = "", case_ref: str = ""
) -> None:
    """Note a refused attempt in the access log: code and step, not what was typed."""
    codes = tuple(refusal.code for refusal in refusals)
    note_access(Access("refused", person, at, organ=organ, case_ref=case_ref, step=act, codes=codes))
