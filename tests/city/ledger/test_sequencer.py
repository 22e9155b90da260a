"""Numbers, trees, checkpoints: contiguous, consistent, one writer, never a second history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from fadu.city.ledger import acts, daily, publishing, queries, sequencer
from fadu.city.ledger.acts import Access, Appended
from fadu.city.ledger.models import Checkpoint, Leaf, Log, LogIndex, LogState, Node
from fadu.city.ledger.store import NodeStore
from fadu.core.errors import InputError, Refused
from fadu.core.log import receipt as receipts
from fadu.core.log import tree, verify
from fadu.core.log.canonical import dumps
from fadu.core.log.checkpoint import open_checkpoint
from fadu.core.log.errors import LogError, ProofError
from tests.city.ledger.conftest import AT, CLERK, without_triggers

pytestmark = pytest.mark.django_db
Add = Callable[..., Appended]
Publish = Callable[[], Checkpoint]


def test_index_rises_within_a_case(add: Add, publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    """Contiguous from zero over several rounds and batches; in a case in the order of its acts."""
    monkeypatch.setattr(sequencer, "BATCH", 3)
    made: dict[str, list[bytes]] = {"a": [], "b": []}
    for number in range(11):
        ref = "a" if number % 3 else "b"
        made[ref].append(add(ref).hash)
        if number in (4, 5):
            publish()
    assert publish().size == 11
    assert list(LogIndex.objects.order_by("idx").values_list("idx", flat=True)) == list(range(11))
    for leaves in made.values():
        indexes = [queries.index_of(leaf) for leaf in leaves]
        assert indexes == sorted(indexes)
    assert Node.objects.count() == tree.stored_count(11)
    assert queries.check().sound


def test_checkpoint_and_receipt(add: Add, publish: Publish, each_suite: str) -> None:
    """A receipt made after the checkpoint proves the act offline; made before, it is pending and later broken."""
    for number in range(5):
        add(f"other-{number}")
    one = add()
    early = queries.get_receipt(one.hash, promise=one.promise)
    signed = publish()
    assert open_checkpoint(signed.note, acts.identity.log_signer().key)[0].size == 6
    given = queries.get_receipt(one.hash, promise=one.promise, fields=["title"], files=["draft"])
    keys = {"log_key": given["keys"]["log"], "promise_key": given["keys"]["promise"]}
    verdict = verify.check_receipt(receipts.read(dumps(given)), at=AT, **keys)
    assert verdict.status == verify.PROVED, verdict.statements
    assert verdict.opened == {"title": "关于停车收费的决定", "draft": "cd" * 32}
    for moment, status in ((AT, verify.PENDING), (AT + timedelta(minutes=2), verify.BROKEN)):
        assert verify.check_receipt(receipts.read(dumps(early)), at=moment).status == status
    text = queries.proof_text(one.hash)
    assert text is not None
    index, path, checkpoint, leaf = receipts.parse_proof(text)
    root = open_checkpoint(checkpoint, acts.identity.log_signer().key)[0].root
    tree.check_record(acts.identity.suite(), path, 6, root, index, leaf)


def test_sealed_receipt(add: Add, publish: Publish) -> None:
    """The reporter of a sealed matter verifies his receipt too."""
    one = add("report-7", sealed=True)
    publish()
    given = queries.get_receipt(one.hash, promise=one.promise)
    verdict = verify.check_receipt(receipts.read(dumps(given)), at=AT)
    assert verdict.status == verify.PROVED, verdict.statements
    assert verdict.leaf["step"] == "draft"


def test_old_receipts_stay_valid(add: Add, publish: Publish) -> None:
    """After the log has grown the old proof leads to the old checkpoint, and a new one to the new."""
    one = add()
    publish()
    old = queries.get_receipt(one.hash, promise=one.promise)
    for _ in range(9):
        add()
    publish()
    new = queries.get_receipt(one.hash, promise=one.promise)
    assert old["checkpoint"] != new["checkpoint"]
    for given in (old, new):
        assert verify.check_receipt(receipts.read(dumps(given)), at=AT).status == verify.PROVED


def test_where_a_leaf_stands(add: Add, publish: Publish) -> None:
    """Waiting, numbered, signed; an unknown one is said to be unknown. The lag follows."""
    one = add()
    assert queries.leaf_status(one.hash).state == "waiting"
    lag = queries.lag()
    assert (lag.waiting, lag.since) == (1, AT)
    assert lag.over(AT + timedelta(hours=3)) == timedelta(hours=3)
    assert not lag.stopped(AT + timedelta(hours=3))
    assert lag.stopped(AT + timedelta(hours=5))
    with sequencer.single_writer():
        sequencer.sequence()
    assert queries.leaf_status(one.hash).state == "numbered"
    publish()
    assert queries.leaf_status(one.hash).state == "signed"
    assert queries.lag().waiting == 0
    assert not queries.lag().stopped(AT + timedelta(days=9))
    with pytest.raises(InputError, match="没有这条痕迹"):
        queries.leaf_status(bytes(32))


def test_nothing_new_is_not_signed_again(add: Add, publish: Publish) -> None:
    """An empty log has no checkpoint, an unchanged one keeps its newest."""
    assert sequencer.publish(at=AT) is None
    add()
    assert publish().note == publish().note
    assert Checkpoint.objects.count() == 1


def test_one_sequencer_at_a_time(add: Add) -> None:
    """The second one is refused at once."""
    add()
    with sequencer.single_writer():
        if connection.vendor == "postgresql":
            other = connection.copy()
            with other.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [sequencer._ADVISORY])
                assert cursor.fetchone() == (False,)
            other.close()
        else:
            with pytest.raises(Refused, match="另一个进程"), sequencer.single_writer():
                pass


def test_never_a_second_history(add: Add, publish: Publish) -> None:
    """Past rewritten, or cut: the sequencer refuses to sign and says so; nothing is signed."""
    for _ in range(6):
        add()
    publish()
    add()
    with without_triggers() as cursor:
        cursor.execute("UPDATE ledger_node SET hash = %s WHERE log = 1 AND pos = 2", [bytes(32)])
        cursor.execute("UPDATE ledger_node SET hash = %s WHERE log = 1 AND pos = 6", [bytes(32)])
    with pytest.raises(ProofError, match="不一致"):
        sequencer.publish(at=AT)
    with without_triggers() as cursor:
        cursor.execute("UPDATE ledger_logstate SET size = 4")
        cursor.execute("DELETE FROM ledger_pending")
        cursor.execute("DELETE FROM ledger_logindex WHERE idx >= 4")
        cursor.execute("DELETE FROM ledger_node WHERE pos >= %s", [tree.stored_count(4)])
    with pytest.raises(ProofError, match="少于已签发检查点"):
        sequencer.publish(at=AT)
    assert Checkpoint.objects.count() == 1


def test_a_log_keeps_its_name(add: Add, publish: Publish, settings: Any) -> None:
    """Another origin or suite over an old database stops with a sentence."""
    add()
    publish()
    settings.FADU_LOG_ORIGIN = "log.example/other"
    with pytest.raises(LogError, match="不得改变"):
        sequencer.publish(at=AT)


def test_daily_leaves(add: Add, publish: Publish) -> None:
    """Once a day two leaves: heads of all cases, root of the access log; the second call of a day does nothing."""
    for ref in ("a", "b", "b"):
        add(ref)
    acts.note_access(Access("read", CLERK, AT), Access("list", CLERK, AT))
    assert [one.case_ref for one in daily.close_day(at=AT)] == [daily.HEADS_CASE, daily.ACCESS_CASE]
    assert daily.close_day(at=AT + timedelta(hours=1)) == []
    add("b")
    assert len(daily.close_day(at=AT + timedelta(days=1))) == 2
    publish()
    report = queries.check()
    assert report.sound, report.findings
    body = bytes(Leaf.objects.get(case_ref=daily.ACCESS_CASE, seq=1).body)
    root = tree.tree_hash(acts.identity.suite(), 2, NodeStore(Log.ACCESS))
    assert root.hex().encode() in body
    assert sequencer.publish(at=AT, log=Log.ACCESS).size == 2
    assert queries.check(log=Log.ACCESS).sound
    # The worker's rounds close the next day by themselves, once.
    third = AT + timedelta(days=2)
    assert [publishing.publish(at=third).size for _ in range(2)] == [10, 10]
    assert LogState.objects.get(pk=Log.ACCESS).origin == "access.log.example/city"
