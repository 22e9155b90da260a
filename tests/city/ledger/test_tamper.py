"""Whoever has the database in his hands: each way of tampering is found, and the first wrong leaf and case are named.

Triggers are dropped before and put back after, so that only the ledger itself can tell.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fadu.city.ledger import acts, check_blocks, check_tree, daily, export, queries
from fadu.city.ledger.acts import Access, Appended
from fadu.city.ledger.findings import Finding, Report
from fadu.city.ledger.models import Checkpoint, Leaf, Log, Node
from fadu.city.ledger.sequencer import publish as sign
from fadu.core.log import note, record, tree
from fadu.core.log.checkpoint import Checkpoint as Signed
from fadu.core.log.tree import MemoryStore
from tests.city.ledger.conftest import AT, CLERK, without_triggers

pytestmark = pytest.mark.django_db
Publish = Callable[[], Checkpoint]
CASES, EACH = 4, 5


@pytest.fixture(autouse=True, params=[check_blocks.BLOCK, 4], ids=["one block", "many blocks"])
def blocks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same log as one block and as many, so that what joins blocks is tampered with too."""
    monkeypatch.setattr(check_blocks, "BLOCK", request.param)
    monkeypatch.setattr(check_tree, "BLOCK", request.param)


@pytest.fixture
def made(add: Callable[..., Appended], publish: Publish) -> dict[tuple[str, int], Appended]:
    """Four cases of five acts, woven; two checkpoints, one closed day; the last round is not yet numbered."""
    made = {}
    for seq in range(1, EACH + 1):
        for case in range(CASES):
            one = add(f"case-{case}", step=f"step-{seq}")
            made[one.case_ref, one.seq] = one
        if seq in (2, 4):
            publish()
        if seq == 3:
            daily.close_day(at=AT)
    assert queries.check().sound
    return made


def first(report: Report, *codes: str) -> Finding:
    """The first finding, which must have one of these codes."""
    assert not report.sound
    assert report.first is not None
    assert report.first.code in codes, [str(one) for one in report.findings]
    return report.first


def named(finding: Finding, case_ref: str, seq: int, index: int | None) -> None:
    """The finding names this leaf."""
    assert (finding.case_ref, finding.seq, finding.index) == (case_ref, seq, index), str(finding)


def index_of(one: Appended) -> int:
    found = queries.index_of(one.hash)
    assert found is not None
    return found


Made = dict[tuple[str, int], Appended]


def test_change(made: Made) -> None:
    """One word of one body."""
    victim = made["case-2", 2]
    body = bytes(Leaf.objects.get(pk=victim.hash).body).replace(b"step-2", b"step-9")
    with without_triggers() as cursor:
        cursor.execute("UPDATE ledger_leaf SET body = %s WHERE hash = %s", [body, victim.hash])
    named(first(queries.check(), "changed"), "case-2", 2, index_of(victim))
    named(first(queries.check(level=1), "changed"), "case-2", 2, index_of(victim))


def test_change_not_yet_numbered(made: Made) -> None:
    """A leaf that still waits: its chain end in the head does not match."""
    victim = made["case-1", 5]
    body = bytes(Leaf.objects.get(pk=victim.hash).body).replace(b"step-5", b"step-9")
    with without_triggers() as cursor:
        cursor.execute("UPDATE ledger_leaf SET body = %s WHERE hash = %s", [body, victim.hash])
    named(first(queries.check(), "changed"), "case-1", 5, None)


def test_delete(made: Made) -> None:
    """One leaf in the middle of a case."""
    victim = made["case-1", 2]
    with without_triggers() as cursor:
        cursor.execute("DELETE FROM ledger_leaf WHERE hash = %s", [victim.hash])
    report = queries.check()
    assert first(report, "deleted").index == index_of(victim)
    assert ("case-1", 2) in [(one.case_ref, one.seq) for one in report.findings]


def test_delete_with_its_index(made: Made) -> None:
    """The leaf and its number: the numbers have a gap."""
    victim = made["case-1", 2]
    index = index_of(victim)
    with without_triggers() as cursor:
        cursor.execute("DELETE FROM ledger_leaf WHERE hash = %s", [victim.hash])
        cursor.execute("DELETE FROM ledger_logindex WHERE hash = %s", [victim.hash])
    assert first(queries.check(), "deleted").index == index


def test_delete_a_whole_case(made: Made) -> None:
    """All rows of a case, its head too: the tree and the heads of the day miss it."""
    with without_triggers() as cursor:
        for table in ("ledger_leaf", "ledger_casehead", "ledger_casekey"):
            cursor.execute(f"DELETE FROM {table} WHERE case_ref = 'case-3'")
    report = queries.check()
    assert first(report, "deleted").index == index_of(made["case-3", 1])
    assert report.counts["case_gone"] == 1


def insert(cursor: Any, one: Appended, body: bytes, case_ref: str, seq: int) -> bytes:
    """A forged leaf after ``one``, well-formed."""
    leaf = acts.identity.suite().leaf(body)
    cursor.execute(
        "INSERT INTO ledger_leaf (hash, case_ref, seq, prev, body) VALUES (%s, %s, %s, %s, %s)",
        [leaf, case_ref, seq, one.hash, body],
    )
    return leaf


def forged(one: Appended) -> bytes:
    """A leaf that says it follows ``one``, in canonical form."""
    body = record.read(bytes(Leaf.objects.get(pk=one.hash).body))
    return acts.record.canonical.dumps({**body, "seq": one.seq + 1, "prev": one.hash.hex(), "step": "forged"})


def test_insert_at_the_end_of_a_case(made: Made) -> None:
    """A well-formed leaf nobody sequenced."""
    last = made["case-0", EACH]
    with without_triggers() as cursor:
        insert(cursor, last, forged(last), "case-0", EACH + 1)
    named(first(queries.check(), "inserted"), "case-0", EACH + 1, None)


def test_insert_with_number_and_head(made: Made) -> None:
    """Given a number and a head too: the tree does not have it."""
    last = made["case-0", EACH]
    size = queries.newest_checkpoint().size  # type: ignore[union-attr]  # two checkpoints were made
    with without_triggers() as cursor:
        leaf = insert(cursor, last, forged(last), "case-0", EACH + 1)
        cursor.execute("INSERT INTO ledger_logindex (log, idx, hash) VALUES (1, %s, %s)", [size, leaf])
        cursor.execute(
            "UPDATE ledger_casehead SET seq = %s, hash = %s WHERE case_ref = 'case-0'", [EACH + 1, leaf]
        )
        cursor.execute("UPDATE ledger_logstate SET size = size + 1 WHERE log = 1")
    named(first(queries.check(), "inserted"), "case-0", EACH + 1, size)


def test_insert_in_the_middle(made: Made) -> None:
    """Everything behind it moved on by one: the first wrong leaf is the forged one."""
    before = made["case-0", 2]
    index = index_of(before)
    with without_triggers() as cursor:
        cursor.execute("UPDATE ledger_leaf SET seq = seq + 100 WHERE case_ref = 'case-0' AND seq > 2")
        leaf = insert(cursor, before, forged(before), "case-0", 3)
        cursor.execute("UPDATE ledger_leaf SET seq = seq - 99 WHERE case_ref = 'case-0' AND seq > 100")
        cursor.execute("UPDATE ledger_logindex SET idx = idx + 1000 WHERE log = 1 AND idx > %s", [index])
        cursor.execute("INSERT INTO ledger_logindex (log, idx, hash) VALUES (1, %s, %s)", [index + 1, leaf])
        cursor.execute("UPDATE ledger_logindex SET idx = idx - 999 WHERE log = 1 AND idx >= 1000")
        cursor.execute("UPDATE ledger_logstate SET size = size + 1 WHERE log = 1")
    report = queries.check()
    named(first(report, "reordered", "replaced"), "case-0", 3, index + 1)
    assert report.counts["chain"] >= 1


def test_reorder_numbers(made: Made) -> None:
    """Two leaves exchange their numbers in the log."""
    one, two = made["case-0", 1], made["case-3", 2]
    low, high = index_of(one), index_of(two)
    with without_triggers() as cursor:
        cursor.execute("UPDATE ledger_logindex SET idx = 1000 WHERE log = 1 AND idx = %s", [low])
        cursor.execute("UPDATE ledger_logindex SET idx = %s WHERE log = 1 AND idx = %s", [low, high])
        cursor.execute("UPDATE ledger_logindex SET idx = %s WHERE log = 1 AND idx = 1000", [high])
    named(first(queries.check(), "reordered"), "case-3", 2, low)


def test_reorder_within_a_case(made: Made) -> None:
    """Two acts of a case exchange their places in it."""
    with without_triggers() as cursor:
        for was, now in ((2, 900), (3, 2), (900, 3)):
            cursor.execute(
                "UPDATE ledger_leaf SET seq = %s WHERE case_ref = 'case-1' AND seq = %s", [now, was]
            )
    report = queries.check()
    named(first(report, "chain", "row", "reordered"), "case-1", 3, index_of(made["case-1", 2]))
    assert {"row", "chain"} <= set(report.counts)


def test_move_to_another_case(made: Made) -> None:
    """A leaf moved to another case: its tag says where it belongs."""
    victim = made["case-1", EACH]
    with without_triggers() as cursor:
        cursor.execute("UPDATE ledger_leaf SET case_ref = 'case-9', seq = 1 WHERE hash = %s", [victim.hash])
    report = queries.check()
    assert {"row", "tail"} <= set(report.counts)
    assert {"case-1", "case-9"} <= {one.case_ref for one in report.findings}


def test_cut_the_tail_of_a_case(made: Made) -> None:
    """The newest act, not yet numbered: the head remembers it."""
    victim = made["case-2", EACH]
    with without_triggers() as cursor:
        cursor.execute("DELETE FROM ledger_pending WHERE hash = %s", [victim.hash])
        cursor.execute("DELETE FROM ledger_leaf WHERE hash = %s", [victim.hash])
    named(first(queries.check(), "tail"), "case-2", EACH, None)


def test_cut_the_tail_and_mend_the_head(made: Made) -> None:
    """The head set back too, everything unnumbered gone: only the heads of the day still know."""
    victim = made["case-2", EACH]
    daily.close_day(at=AT.replace(day=25))
    with without_triggers() as cursor:
        cursor.execute("DELETE FROM ledger_pending WHERE hash = %s", [victim.hash])
        cursor.execute("DELETE FROM ledger_leaf WHERE hash = %s", [victim.hash])
        before = made["case-2", EACH - 1].hash
        cursor.execute(
            "UPDATE ledger_casehead SET seq = %s, hash = %s WHERE case_ref = 'case-2'", [EACH - 1, before]
        )
    named(first(queries.check(), "tail"), "case-2", EACH, None)


def test_cut_the_tail_of_the_log(made: Made) -> None:
    """Leaves, numbers, hashes and size cut alike: the signed checkpoint is longer than the log."""
    keep = queries.newest_checkpoint().size - 3  # type: ignore[union-attr]  # two checkpoints were made
    lost = [
        bytes(leaf)
        for leaf in queries.LogIndex.objects.filter(log=1, idx__gte=keep).values_list("hash", flat=True)
    ]
    with without_triggers() as cursor:
        for leaf in lost:
            cursor.execute("DELETE FROM ledger_leaf WHERE hash = %s", [leaf])
        cursor.execute("DELETE FROM ledger_logindex WHERE log = 1 AND idx >= %s", [keep])
        cursor.execute("DELETE FROM ledger_node WHERE log = 1 AND pos >= %s", [tree.stored_count(keep)])
        cursor.execute("UPDATE ledger_logstate SET size = %s WHERE log = 1", [keep])
    report = queries.check()
    assert report.counts["behind"] == 1
    assert report.counts["deleted"] >= 1
    with without_triggers() as cursor:
        cursor.execute("DELETE FROM ledger_checkpoint WHERE size > %s", [keep])
        for model in ("casehead", "pending"):
            cursor.execute(f"DELETE FROM ledger_{model}")
    # The database alone agrees about the tree now; a checkpoint kept elsewhere does not.
    assert "behind" not in queries.check(level=1).counts
    kept = Signed("log.example/city", keep + 3, bytes(32))
    assert (
        first(
            queries.check(level=1, others=[note.sign(kept.text, acts.identity.log_signer())]), "behind"
        ).index
        == keep
    )


def remake(body_of: Callable[[int, bytes], bytes]) -> None:
    """The insider with everything but the signing key's silence: remake bodies, chains, numbers, tree, heads."""
    suite = acts.identity.suite()
    rows = list(
        Leaf.objects.raw(
            "SELECT l.* FROM ledger_leaf l JOIN ledger_logindex i ON i.hash = l.hash ORDER BY i.idx"
        )
    )
    store, heads = MemoryStore(), {}
    with without_triggers() as cursor:
        for index, row in enumerate(rows):
            said = record.read(body_of(index, bytes(row.body)))
            last = heads.get(row.case_ref, b"")
            body = acts.record.canonical.dumps({**said, "prev": last.hex()})
            leaf = heads[row.case_ref] = suite.leaf(body)
            store.extend(tree.append_hashes(suite, index, store, [leaf]))
            cursor.execute(
                "UPDATE ledger_leaf SET body = %s, hash = %s, prev = %s WHERE hash = %s",
                [body, leaf, last, bytes(row.hash)],
            )
            cursor.execute("UPDATE ledger_logindex SET hash = %s WHERE log = 1 AND idx = %s", [leaf, index])
            cursor.execute("UPDATE ledger_headsfile SET leaf = %s WHERE leaf = %s", [leaf, bytes(row.hash)])
        for pos, value in enumerate(store):
            cursor.execute("UPDATE ledger_node SET hash = %s WHERE log = 1 AND pos = %s", [value, pos])
        for ref, leaf in heads.items():
            cursor.execute("UPDATE ledger_casehead SET hash = %s WHERE case_ref = %s", [leaf, ref])


def falsify(index: int, body: bytes) -> bytes:
    """Entry 6 says something else."""
    return body.replace(b"step-2", b"step-x") if index == 6 else body


def test_remade_from_one_leaf_on(made: Made, publish: Publish, tmp_path: Path) -> None:
    """All remade but the signatures: the checkpoints disagree; a mirror of the tiles names the exact leaf."""
    publish()
    export.export_tiles(tmp_path / "mirror")
    mirror = tmp_path / "mirror"
    assert queries.check(mirror=mirror).sound
    remake(falsify)
    report = queries.check()
    # The heads of the day still tell what the case was; the checkpoints tell the range.
    assert set(report.counts) == {"checkpoint_root", "chain"}
    assert report.counts["checkpoint_root"] == 3
    assert first(report, "chain").case_ref == "case-2"
    exact = queries.check(mirror=mirror)
    named(first(exact, "rewritten"), "case-2", 2, 6)


def test_fork(made: Made, publish: Publish) -> None:
    """Even the checkpoints signed anew with the log's own key: what a witness or a receipt kept proves the fork."""
    publish()
    kept = queries.newest_checkpoint().note  # type: ignore[union-attr]  # three checkpoints were made
    remake(falsify)
    signer = acts.identity.log_signer()
    with without_triggers() as cursor:
        for one in Checkpoint.objects.filter(log=1):
            root = tree.tree_hash(acts.identity.suite(), one.size, queries.NodeStore(Log.MAIN))
            text = note.sign(Signed("log.example/city", one.size, root).text, signer)
            cursor.execute(
                "UPDATE ledger_checkpoint SET note = %s WHERE log = 1 AND size = %s", [text, one.size]
            )
    assert queries.check(level=1).sound
    report = queries.check(level=1, others=[kept])
    assert first(report, "fork").index == queries.newest_checkpoint().size  # type: ignore[union-attr]


def test_damaged_tree(made: Made) -> None:
    """An inner hash changed: the tree is named, no leaf is accused."""
    with without_triggers() as cursor:
        cursor.execute("UPDATE ledger_node SET hash = %s WHERE log = 1 AND pos = 2", [bytes(32)])
    assert first(queries.check(), "node")
    assert set(queries.check().counts) == {"node"}
    assert Node.objects.exists()


def test_forged_checkpoint(made: Made) -> None:
    """A checkpoint whose signature does not hold."""
    with without_triggers() as cursor:
        cursor.execute(
            "UPDATE ledger_checkpoint SET note = replace(note, 'log.example/city', 'log.example/town')"
        )
    assert queries.check(level=1).counts["checkpoint_signature"] == 2


def test_heads_file_changed_or_gone(made: Made) -> None:
    """The list of the day against its leaf."""
    with without_triggers() as cursor:
        cursor.execute("UPDATE ledger_headsfile SET body = %s", [b""])
    assert first(queries.check(), "heads_file").case_ref == daily.HEADS_CASE
    with without_triggers() as cursor:
        cursor.execute("DELETE FROM ledger_headsfile")
    assert first(queries.check(), "heads_file").case_ref == daily.HEADS_CASE


def test_sealed_chain(add: Callable[..., Appended], publish: Publish) -> None:
    """A leaf of a sealed matter deleted, and one whose opening was exchanged."""
    made = [add("report-7", sealed=True) for _ in range(3)]
    publish()
    with without_triggers() as cursor:
        cursor.execute("UPDATE ledger_opening SET box = %s WHERE hash = %s", [bytes(60), made[1].hash])
    assert first(queries.check(), "opening").case_ref == "report-7"
    with without_triggers() as cursor:
        cursor.execute("DELETE FROM ledger_opening WHERE hash = %s", [made[1].hash])
    assert ("report-7", 2) in [(one.case_ref, one.seq) for one in queries.check().findings]


def test_access_log(made: Made) -> None:
    """The second log is guarded in the same way."""
    acts.note_access(*(Access("read", CLERK, AT, subject=str(number)) for number in range(5)))
    sign(at=AT, log=Log.ACCESS)
    assert queries.check(log=Log.ACCESS).sound
    with without_triggers() as cursor:
        cursor.execute(
            "DELETE FROM ledger_accessentry WHERE id = (SELECT min(id) + 2 FROM ledger_accessentry)"
        )
    assert first(queries.check(log=Log.ACCESS), "deleted").index == 2


def test_dropped_triggers_are_reported(made: Made) -> None:
    """Nothing changed yet, but somebody made ready."""
    with without_triggers():
        assert set(queries.check().counts) == {"trigger"}
