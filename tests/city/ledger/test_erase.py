"""Erasing and key rotation: values are gone for good, proofs stay, two persons stand for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from fadu.city.ledger import acts, erasing, queries, vault
from fadu.city.ledger.acts import Appended
from fadu.city.ledger.models import CaseKey, Checkpoint, Opening
from fadu.core.errors import InputError, Refused
from fadu.core.log import receipt, verify
from fadu.core.log.canonical import dumps
from fadu.core.log.errors import LogError
from tests.city.ledger.conftest import AT

pytestmark = pytest.mark.django_db
Add = Callable[..., Appended]
TWO = ("person-1", "person-2")


def test_one_field_of_one_leaf(add: Add, publish: Callable[[], Checkpoint]) -> None:
    """The field opens no more, the others do; the proof holds; the kept old rows open with nothing."""
    one, two = add(), add(step="review")
    publish()
    before = bytes(Opening.objects.get(pk=one.hash).box)
    with transaction.atomic():
        assert acts.erase("case-1", approved_by=TWO, leaf=one.hash, names=["title"]) == 1
    with pytest.raises(InputError, match="没有可开示"):
        queries.open_field(one.hash, "title")
    assert queries.open_field(one.hash, "amount") == 12
    assert queries.open_field(two.hash, "title")
    key = CaseKey.objects.get(pk="case-1")
    with pytest.raises(LogError, match="打不开"):
        vault.unwrap("case-1", key.kek, bytes(key.wrapped)).open(one.hash, before)
    given = queries.get_receipt(one.hash, promise=one.promise, fields=["amount"])
    assert verify.check_receipt(receipt.read(dumps(given)), at=AT).status == verify.PROVED
    assert queries.check().sound


def test_a_whole_case(add: Add, publish: Callable[[], Checkpoint]) -> None:
    """Nothing opens; later acts of the case go on under a new key; another case is untouched."""
    one, other = add(), add("case-2")
    publish()
    with transaction.atomic():
        assert acts.erase("case-1", approved_by=TWO) == 3
    with pytest.raises(InputError, match="已依法删除"):
        queries.open_field(one.hash, "title")
    later = add(step="erased")
    assert queries.open_field(later.hash, "title")
    assert queries.open_field(other.hash, "title")
    publish()
    assert queries.check().sound


def test_a_sealed_case(add: Add) -> None:
    """The values go, the chain of the sealed matter stays checkable."""
    one = add("report-7", sealed=True)
    with transaction.atomic():
        acts.erase("report-7", approved_by=TWO)
    with pytest.raises(InputError):
        queries.open_field(one.hash, "title")
    add("report-7", sealed=True)
    assert queries.check().sound


def test_two_persons(add: Add) -> None:
    """One person, or one person twice, is refused; and erasing needs a transaction of its act."""
    add()
    for alone in ((), ("person-1",), ("person-1", "person-1")):
        with pytest.raises(Refused, match="两人"), transaction.atomic():
            acts.erase("case-1", approved_by=alone)
    assert Opening.objects.count() == 1


def test_rotation_kills_old_backups(add: Add, settings: Any) -> None:
    """After rotation the old wrapping key opens nothing, the new one everything; the wrong one is named."""
    one = add()
    add("case-2")
    backup = bytes(CaseKey.objects.get(pk="case-1").wrapped)
    assert erasing.rotate_kek(old=b"k" * 32, new=b"n" * 32) == 2
    with pytest.raises(LogError, match="封装密钥"):
        queries.open_field(one.hash, "title")
    settings.FADU_KEK = b"n" * 32
    assert queries.open_field(one.hash, "title")
    assert erasing.rotate_kek(old=b"k" * 32, new=b"n" * 32) == 0
    with pytest.raises(LogError):
        vault.unwrap("case-1", vault.kek_name(), backup)
