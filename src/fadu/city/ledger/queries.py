"""Questions to the ledger: where a leaf is, its receipt and proof, checkpoints, how far the proof lags behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q

from fadu.city.ledger import identity, timestamping, vault
from fadu.city.ledger.check import check as check
from fadu.city.ledger.findings import Finding as Finding
from fadu.city.ledger.findings import Report as Report
from fadu.city.ledger.models import (
    AccessEntry,
    CaseHead,
    CaseKey,
    Checkpoint,
    Cosignature,
    Leaf,
    Log,
    LogIndex,
    Opening,
    Pending,
    TimeStamp,
)
from fadu.city.ledger.orphans import cases_without as cases_without
from fadu.city.ledger.orphans import leaves_of as leaves_of
from fadu.city.ledger.orphans import leaves_without as leaves_without
from fadu.city.ledger.reads import Read as Read
from fadu.city.ledger.reads import reads_of as reads_of
from fadu.city.ledger.store import NodeStore
from fadu.city.ledger.traces import trace_of as trace_of
from fadu.city.ledger.vault import Box as Box
from fadu.core.errors import InputError
from fadu.core.log import checkpoint, commitment, receipt, record, tree
from fadu.core.log.record import Head


@dataclass(frozen=True)
class LeafStatus:
    """Where a leaf stands: ``waiting`` (committed), ``numbered``, ``signed`` or ``witnessed``."""

    state: str
    index: int | None = None
    checkpoint: int | None = None
    witnesses: tuple[str, ...] = ()


def head(case_ref: str) -> Head:
    """Number and hash of the last leaf of a case; zero before the first."""
    found = CaseHead.objects.filter(pk=case_ref).first()
    return Head() if found is None else Head(found.seq, bytes(found.hash))


def index_of(leaf: bytes, log: Log = Log.MAIN) -> int | None:
    """The place of a leaf in the log, or None while it waits."""
    return LogIndex.objects.filter(log=log, hash=leaf).values_list("idx", flat=True).first()


def leaf_status(leaf: bytes, log: Log = Log.MAIN) -> LeafStatus:
    """Where this leaf stands on its way to proof."""
    index = index_of(leaf, log)
    if index is None:
        if not Pending.objects.filter(log=log, hash=leaf).exists():
            raise InputError("账本中没有这条痕迹", where=leaf.hex()[:16], cure="请核对散列值")
        return LeafStatus("waiting")
    covering = _covering(index, log)
    if covering is None:
        return LeafStatus("numbered", index)
    names = tuple(cosignatures(covering).values_list("witness", flat=True))
    return LeafStatus("witnessed" if names else "signed", index, covering.size, names)


def _covering(index: int, log: Log) -> Checkpoint | None:
    """The checkpoint to prove an entry by: cosigned before not, then stamped before not.

    Of the stamped ones the first, for its moment is nearest to the entry; else the newest.
    """
    covering = Checkpoint.objects.filter(log=log, size__gt=index)
    witnessed = Cosignature.objects.filter(log=log, size__gt=index)
    if best := covering.filter(size__in=witnessed.values("size")):
        covering = best
    stamped = TimeStamp.objects.filter(log=log, size__gt=index)
    first = covering.filter(size__in=stamped.values("size")).order_by("size").first()
    return first or covering.order_by("-size").first()


def cosignatures(of: Checkpoint) -> Any:
    """Who has witnessed a checkpoint, by name."""
    return Cosignature.objects.filter(log=of.log, size=of.size).order_by("witness")


def cosigned(of: Checkpoint) -> str:
    """The checkpoint with the lines of all its witnesses, as published."""
    return of.note + "".join(cosignatures(of).values_list("line", flat=True))


def newest_checkpoint(log: Log = Log.MAIN) -> Checkpoint | None:
    """The newest signed checkpoint."""
    return Checkpoint.objects.filter(log=log).order_by("-size").first()


def proof(leaf: bytes, log: Log = Log.MAIN) -> tuple[int, list[bytes], Checkpoint] | None:
    """Index, audit path and the checkpoint it leads to; None while no checkpoint covers the leaf."""
    index = index_of(leaf, log)
    covering = None if index is None else _covering(index, log)
    if index is None or covering is None:
        return None
    return index, tree.prove_record(identity.suite(), covering.size, index, NodeStore(log)), covering


def proof_text(leaf: bytes) -> str | None:
    """The proof as C2SP tlog-proof text, for a QR code; no personal data in it."""
    found = proof(leaf)
    if found is None:
        return None
    index, path, covering = found
    return receipt.format_proof(index=index, proof=path, checkpoint=cosigned(covering), leaf=leaf)


def get_receipt(
    leaf: bytes, *, promise: str, fields: Sequence[str] = (), files: Sequence[str] = ()
) -> dict[str, Any]:
    """The receipt as JSON: the promise that was given, and the proof as soon as there is one.

    ``fields`` and ``files`` name what is opened in it; the caller has decided that its holder may see them.
    """
    found = proof(leaf)
    row = Leaf.objects.get(pk=leaf)
    box = open_box(leaf) if fields or files or row.case_ref.startswith("sealed:") else Box()
    made = receipt.Receipt(
        suite=identity.suite().name,
        origin=identity.origin(),
        log_key=identity.log_signer().key.vkey,
        promise_key=identity.promise_signer().key.vkey,
        witnesses=[key.vkey for key in identity.witness_keys()],
        promise=promise,
        body=bytes(row.body) if found else None,
        index=found[0] if found else None,
        proof=found[1] if found else (),
        checkpoint=cosigned(found[2]) if found else None,
        fields={name: box.fields[name] for name in fields},
        files={name: box.files[name] for name in files},
        blind=box.blind if found else None,
        stamp=timestamping.response_of(found[2].size) if found else None,
    )
    return made.as_json()


def open_box(leaf: bytes) -> Box:
    """Everything sealed beside a leaf; refused when it was erased."""
    opening = Opening.objects.filter(pk=leaf).first()
    if opening is None:
        raise InputError(
            "这条痕迹的内容已依法删除", where=leaf.hex()[:16], why="只保留承诺，存在证明仍然有效"
        )
    case_ref = opening.sealed_case or Leaf.objects.values_list("case_ref", flat=True).get(pk=leaf)
    key = CaseKey.objects.get(pk=case_ref)
    return vault.unwrap(case_ref, key.kek, bytes(key.wrapped)).open(leaf, bytes(opening.box))


def open_field(leaf: bytes, name: str) -> Any:
    """The value of one recorded field, checked against the commitment in the leaf. The caller logs the read."""
    box, suite = open_box(leaf), identity.suite()
    if name not in box.fields:
        raise InputError(f"这条痕迹没有可开示的字段“{name}”", where=leaf.hex()[:16])
    body = box.blind[1] if box.blind else bytes(Leaf.objects.values_list("body", flat=True).get(pk=leaf))
    salt, encoded = box.fields[name]
    commitment.check(suite, bytes.fromhex(record.read(body)["fields"][name]), name, salt, encoded)
    return commitment.decode(encoded)


@dataclass(frozen=True)
class Lag:
    """How far the proof lags: leaves not yet covered by a checkpoint, and since when the oldest of them waits."""

    waiting: int
    since: datetime | None
    last_checkpoint: datetime | None
    last_cosigned: datetime | None

    def over(self, at: datetime) -> timedelta:
        """How long the oldest uncovered leaf has been waiting."""
        return timedelta(0) if self.since is None else max(at - self.since, timedelta(0))

    def stopped(self, at: datetime) -> bool:
        """Whether performed acts must stop because no proof could be published for too long (trace.md)."""
        return self.over(at) > timedelta(hours=settings.FADU_PROOF_STOP_HOURS)


def lag(log: Log = Log.MAIN) -> Lag:
    """How far the proof lags behind the acts."""
    newest = newest_checkpoint(log)
    numbered = LogIndex.objects.filter(log=log, idx__gte=newest.size if newest else 0)
    pending = Pending.objects.filter(log=log)
    cosigned_at = Cosignature.objects.filter(log=log).order_by("-size").values_list("at", flat=True).first()
    return Lag(
        waiting=numbered.count() + pending.count(),
        since=waiting_since(log),
        last_checkpoint=newest.at if newest else None,
        last_cosigned=cosigned_at,
    )


def waiting_since(log: Log = Log.MAIN) -> datetime | None:
    """When the oldest leaf was recorded that no checkpoint covers yet; None if all are covered. Counts nothing."""
    covered = Checkpoint.objects.filter(log=log).order_by("-size").values_list("size", flat=True).first() or 0
    numbered = LogIndex.objects.filter(log=log, idx__gte=covered).order_by("idx")
    first = numbered.values_list("hash", flat=True).first()
    first = first or Pending.objects.filter(log=log).order_by("id").values_list("hash", flat=True).first()
    return None if first is None else _recorded_at(bytes(first))


def _recorded_at(leaf: bytes) -> datetime | None:
    """When a leaf was recorded; a blinded one tells it only through its opening."""
    body = record.read(bytes(Leaf.objects.values_list("body", flat=True).get(pk=leaf)))
    if body["v"] == record.BLINDED:
        blind = open_box(leaf).blind
        if blind is None:
            return None
        body = record.read(blind[1])
    return record.from_moment(body["recorded_at"])


def signed_checkpoint(note: str, log: Log = Log.MAIN) -> checkpoint.Checkpoint:
    """The checkpoint behind a note of this log, its signature checked."""
    return checkpoint.open_checkpoint(note, identity.log_signer(log).key)[0]


def opened(leaf: bytes) -> dict[str, Any]:
    """Every value recorded with a leaf, by name; the caller decides who may see which and logs the read."""
    return {name: commitment.decode(encoded) for name, (_, encoded) in open_box(leaf).fields.items()}


def openings(case_ref: str) -> dict[str, dict[str, Any]]:
    """The values of every leaf of a case by leaf hash (hex), with one key and one query; erased ones are left out."""
    key_row = CaseKey.objects.filter(pk=case_ref).first()
    if key_row is None or not key_row.wrapped:
        return {}
    key = vault.unwrap(case_ref, key_row.kek, bytes(key_row.wrapped))
    leaves = Leaf.objects.filter(case_ref=case_ref).values("hash")
    rows = Opening.objects.filter(Q(sealed_case=case_ref) | Q(pk__in=leaves)).values_list("hash", "box")
    return {
        bytes(leaf).hex(): {
            name: commitment.decode(encoded)
            for name, (_, encoded) in key.open(bytes(leaf), bytes(box)).fields.items()
        }
        for leaf, box in rows
    }


def has_read(case_ref: str, person: str, *, since: datetime) -> bool:
    """Whether the access log shows that a person has read something of a case after a moment."""
    who = identity.person_tag(person).hex()
    bodies = AccessEntry.objects.filter(case_ref=case_ref, at__gt=since).values_list("body", flat=True)
    read = (record.read(bytes(body)) for body in bodies)
    return any(body["kind"] != "refused" and body["who"].get("id") == who for body in read)


def place_of(leaf: bytes) -> tuple[str, int] | None:
    """The case and number that the ledger gives this leaf; a blinded leaf tells it only through its opening."""
    row = Leaf.objects.filter(pk=leaf).first()
    if row is None:
        return None
    if (box := open_box(leaf) if row.case_ref.startswith("sealed:") else Box()).blind:
        sealed_case = Opening.objects.values_list("sealed_case", flat=True).get(pk=leaf)
        return str(sealed_case), int(record.read(box.blind[1])["seq"])
    return row.case_ref, row.seq


def promise_of(leaf: bytes) -> str:
    """The promise that was given for a leaf, signed again: the same words give the same signature."""
    place = place_of(leaf)
    recorded = _recorded_at(leaf)
    if place is None or recorded is None:
        raise InputError("账本中没有这条痕迹", where=leaf.hex()[:16], cure="请核对散列值")
    return receipt.promise(
        origin=identity.origin(),
        case=place[0],
        seq=place[1],
        leaf=leaf,
        before=recorded + timedelta(seconds=settings.FADU_PROMISE_SECONDS),
        signer=identity.promise_signer(),
    )


def full_receipt(leaf: bytes) -> dict[str, Any]:
    """The receipt of a leaf with everything in it opened: for the archive and for whoever may read it all."""
    box = open_box(leaf)
    return get_receipt(leaf, promise=promise_of(leaf), fields=tuple(box.fields), files=tuple(box.files))
