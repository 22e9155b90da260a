"""Erasing (个人信息保护法第四十七条) and key rotation: values and salts go, leaves and proofs stay.

Erasing seals what remains of the case under a new key and forgets the old one. The caller logs it as an act of its
own, with its legal basis; two different persons must stand for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from fadu.city.ledger import vault
from fadu.city.ledger.models import CaseKey, Leaf, Opening
from fadu.city.ledger.vault import Box
from fadu.core.errors import Refusal, Refused


def erase(
    case_ref: str,
    *,
    approved_by: Sequence[str],
    leaf: bytes | None = None,
    names: Iterable[str] | None = None,
) -> int:
    """Destroy openings of a case, in the current transaction; how many values are gone.

    ``leaf`` None: of all its leaves; ``names`` None: all fields and files. ``approved_by``: keys of two persons.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("erasing belongs into the transaction of the act that records it")
    if len(set(approved_by)) < 2:
        raise Refused(
            Refusal(
                "two_persons",
                "删除已记录的内容须由两人共同决定",
                cure="请由另一名有权人员会同批准",
                subject="approved_by",
            )
        )
    stored = CaseKey.objects.select_for_update().get(pk=case_ref)
    old = vault.unwrap(case_ref, stored.kek, bytes(stored.wrapped))
    new = vault.new_key(case_ref)
    wanted = None if names is None else set(names)
    gone = 0
    for opening in _openings(case_ref):
        this = bytes(opening.hash)
        box = old.open(this, bytes(opening.box))
        kept = box if leaf is not None and leaf != this else _without(box, wanted)
        gone += len(box.fields) + len(box.files) - len(kept.fields) - len(kept.files)
        if kept.fields or kept.files or kept.blind:
            Opening.objects.filter(pk=this).update(box=new.seal(this, kept))
        else:
            opening.delete()
    CaseKey.objects.filter(pk=case_ref).update(kek=vault.kek_name(), wrapped=vault.wrap(new))
    return gone


def _openings(case_ref: str) -> list[Opening]:
    """Every opening of a case, of a sealed matter too."""
    own = Opening.objects.filter(sealed_case=case_ref)
    leaves = Leaf.objects.filter(case_ref=case_ref).values("hash")
    return [*own, *Opening.objects.filter(pk__in=leaves)]


def _without(box: Box, names: set[str] | None) -> Box:
    """The box without these fields and files; the body of a blinded leaf stays, it holds commitments only."""
    if names is None:
        return Box({}, {}, box.blind)
    fields = {name: opened for name, opened in box.fields.items() if name not in names}
    files = {name: opened for name, opened in box.files.items() if name not in names}
    return Box(fields, files, box.blind)


def rotate_kek(*, old: bytes, new: bytes, batch: int = 1000) -> int:
    """Wrap every case key under ``new``; how many. With ``old`` destroyed, backups of erased values open no more."""
    done = 0
    while True:
        with transaction.atomic():
            waiting = list(CaseKey.objects.select_for_update().filter(kek=vault.kek_name(old))[:batch])
            for stored in waiting:
                stored.wrapped = vault.rewrap(stored.case_ref, bytes(stored.wrapped), old=old, new=new)
                stored.kek = vault.kek_name(new)
            CaseKey.objects.bulk_update(waiting, ["wrapped", "kek"])
        done += len(waiting)
        if not waiting:
            return done
