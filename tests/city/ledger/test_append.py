"""Appending: in the caller's transaction or not at all, one chain a case, openings sealed, both suites."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from fadu.city.ledger import acts, queries
from fadu.city.ledger.acts import Access, Appended, Citizen, Record, System
from fadu.city.ledger.models import AccessEntry, CaseHead, CaseKey, Leaf, Opening, Pending
from fadu.core.errors import InputError, Refusal
from fadu.core.log import note, receipt, record
from fadu.core.log.record import Head
from tests.city.ledger.conftest import AT, CLERK, said

Add = Callable[..., Appended]


@pytest.mark.django_db(transaction=False)
def test_the_leaf_is_what_was_said(add: Add, each_suite: str) -> None:
    """The stored bytes are a strict leaf; seq and prev chain; nothing typed stands in clear anywhere."""
    one, two = add(), add(step="review", performers=[Citizen("p-9"), CLERK], source="纸质卷宗")
    first, second = (record.read(bytes(Leaf.objects.get(pk=each.hash).body)) for each in (one, two))
    assert (first["seq"], first["prev"]) == (1, "")
    assert (second["seq"], second["prev"]) == (2, one.hash.hex())
    assert first["case"] == second["case"] != "case-1"
    assert second["channel"]["source"] == "纸质卷宗"
    assert queries.head("case-1") == Head(2, two.hash)
    for model in (Leaf, Opening, CaseKey, Pending):
        for row in model.objects.values_list():
            assert "停车".encode() not in b"".join(
                bytes(one) for one in row if isinstance(one, bytes | memoryview)
            )
    assert queries.open_field(one.hash, "title") == "关于停车收费的决定"
    assert queries.open_field(two.hash, "amount") == 12


@pytest.mark.django_db
def test_ids_are_keyed(add: Add) -> None:
    """An official has the same keyed id everywhere, a citizen another one in each case; neither is his name."""
    leaves = [
        record.read(bytes(Leaf.objects.get(pk=add(ref, performers=[Citizen("p-9")]).hash).body))
        for ref in ("case-1", "case-2")
    ]
    assert leaves[0]["recorder"] == leaves[1]["recorder"]
    assert leaves[0]["performers"] != leaves[1]["performers"]
    assert leaves[0]["case"] != leaves[1]["case"]


@pytest.mark.django_db(transaction=True)
def test_no_leaf_outside_a_transaction() -> None:
    """The caller must have opened the transaction of the act."""
    assert not connection.in_atomic_block
    with pytest.raises(RuntimeError, match="transaction"):
        acts.append(**said())
    assert not Leaf.objects.exists()


@pytest.mark.django_db
def test_no_leaf_without_its_act() -> None:
    """What is rolled back leaves neither leaf, opening, head, key nor waiting row."""
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        acts.append(**said())
        raise ZeroDivisionError
    for model in (Leaf, Opening, CaseHead, CaseKey, Pending):
        assert not model.objects.exists()


@pytest.mark.django_db
def test_many_in_two_statements(django_assert_num_queries: Callable[..., object]) -> None:
    """A batch over several cases, some begun, some new, one of them twice: chained right, few statements."""
    with transaction.atomic():
        acts.append(**said("case-2"))
    refs = ["case-3", "case-2", "case-1", "case-3"]
    with transaction.atomic():
        batch = [Record(**said(ref, request_id=str(n))) for n, ref in enumerate(refs)]
        limit = 2 if connection.vendor == "postgresql" else 7
        with django_assert_num_queries(limit):
            done = acts.append_many(batch)
    assert [(one.case_ref, one.seq) for one in done] == [
        ("case-3", 1),
        ("case-2", 2),
        ("case-1", 1),
        ("case-3", 2),
    ]
    assert queries.head("case-3") == Head(2, done[3].hash)
    assert queries.check().sound


@pytest.mark.django_db
def test_one_act_costs_two_statements(add: Add, django_assert_num_queries: Callable[..., object]) -> None:
    """On PostgreSQL: read the head under lock, write everything. SQLite has no round trips to save."""
    add()
    with transaction.atomic(), django_assert_num_queries(2 if connection.vendor == "postgresql" else 5):
        acts.append(**said())


@pytest.mark.django_db
def test_a_head_that_moved_is_noticed(add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    """If somebody wrote past the lock, nothing is written."""
    add()
    stale = acts.writing.lock_heads(["case-1"])
    add()
    monkeypatch.setattr(acts.writing, "lock_heads", lambda refs: stale)
    with pytest.raises((DatabaseError, RuntimeError)), transaction.atomic():
        acts.append(**said())
    assert queries.head("case-1").seq == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"step": ""}, {"performers": []}, {"fields": {"": 1}}, {"definition": "x"}]
)
def test_a_malformed_leaf_is_refused(add: Add, wrong: dict[str, object]) -> None:
    """The form is checked before anything is written."""
    with pytest.raises(InputError):
        add(**wrong)
    assert not Leaf.objects.exists()


@pytest.mark.django_db
def test_promise(add: Add, settings: object) -> None:
    """At once: case, number, leaf and the moment, signed by a key that is not the log's."""
    one = add()
    opened = note.open_note(one.promise, [acts.identity.promise_signer().key])
    promised = receipt.read_promise(opened.text)
    assert (promised.case, promised.seq, promised.leaf) == ("case-1", 1, one.hash)
    assert promised.before == AT + timedelta(seconds=60)
    assert acts.identity.promise_signer().key.id != acts.identity.log_signer().key.id


@pytest.mark.django_db
def test_sealed_matters(add: Add) -> None:
    """Blinded leaves: no row tells the case, yet the chain holds and the values open."""
    one, two = add("report-7", sealed=True), add("report-7", sealed=True, step="review")
    rows = [Leaf.objects.get(pk=each.hash) for each in (one, two)]
    assert len({row.case_ref for row in rows} - {"report-7"}) == 2
    assert {record.read(bytes(row.body))["v"] for row in rows} == {record.BLINDED}
    assert not Leaf.objects.filter(case_ref="report-7").exists()
    inner = queries.open_box(two.hash).blind
    assert inner is not None
    assert record.read(inner[1])["prev"] == one.hash.hex()
    assert queries.open_field(two.hash, "amount") == 12
    assert queries.check().sound


@pytest.mark.django_db
def test_access_log_keeps_no_content(each_suite: str) -> None:
    """A refusal: code and step; a read: who, what, which case by tag."""
    acts.note_refusal(act="decide", person="p-3", refusals=[Refusal("too_early", "写了什么都不留")], at=AT)
    acts.note_access(
        Access("read", CLERK, AT, case_ref="case-1", subject="field:phone", purpose="办理"),
        Access("search", System("导出"), AT),
    )
    bodies = [record.read(bytes(entry.body)) for entry in AccessEntry.objects.order_by("id")]
    assert [body["kind"] for body in bodies] == ["refused", "read", "search"]
    assert bodies[0]["codes"] == ["too_early"]
    assert "不留" not in str(bodies)
    assert bodies[1]["case"]
    acts.note_access()
    assert AccessEntry.objects.count() == 3
