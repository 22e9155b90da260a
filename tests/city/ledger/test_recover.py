"""A database restored from an older backup, and its mirror: every leaf comes back in its place, what is lost is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from fadu.city.ledger import (
    acts,
    daily,
    export,
    publishing,
    queries,
    recovering,
    recovering_access,
    witnessing,
)
from fadu.city.ledger.acts import Appended, Official
from fadu.city.ledger.models import AccessEntry, CaseHead, CaseKey, HeadsFile, Leaf, Log, Pending
from fadu.core.errors import InputError, Refused
from fadu.core.log import receipt, verify
from fadu.core.log.canonical import dumps
from fadu.core.log.errors import ProofError
from tests.city.ledger.conftest import AT, without_triggers
from tests.city.ledger.test_witness import node as node
from tests.city.ledger.test_witness import rewind

pytestmark = pytest.mark.django_db
Add = Callable[..., Appended]
OPERATOR, SUPERVISOR = Official("系统管理员", "person-8"), Official("监督科长", "person-9")


def publish() -> None:
    publishing.publish(at=AT, close_day=False)


def mirrored(folder: Path) -> tuple[Path, Path]:
    """The mirror and its entry bundles as of now."""
    export.export_tiles(folder / "public", entries=folder / "entries")
    return folder / "public", folder / "entries"


def forget(case_ref: str) -> None:
    """The rest of a restored backup: what was opened later is not in it."""
    CaseKey.objects.filter(pk=case_ref).delete()
    with without_triggers() as cursor:
        cursor.execute(
            "DELETE FROM ledger_opening WHERE sealed_case IS NULL"
            " AND hash NOT IN (SELECT hash FROM ledger_leaf)"
        )
        cursor.execute("DELETE FROM ledger_headsfile WHERE leaf NOT IN (SELECT hash FROM ledger_leaf)")


def run(mirror: Path, entries: Path, **other: Any) -> tuple[Appended, list[str]]:
    said = {"by": OPERATOR, "together": SUPERVISOR, "reason": "磁盘损坏，恢复了前一日备份", "at": AT}
    return recovering.recover(recovering.plan(mirror, entries), **{**said, **other})


def test_everything_comes_back_in_its_place(node: Path, add: Add, tmp_path: Path) -> None:
    """Two cases known, one opened after the backup; afterwards the log goes on, the witness signs, all is sound."""
    for _ in range(2):
        add("case/1")
        add("case/2")
    publish()
    add("case/1")
    lost = add("case/3")
    daily.close_day(at=AT)
    last = add("case/1", step="decide")
    publish()
    mirror, entries = mirrored(tmp_path)
    rewind(4)
    forget("case/3")
    with pytest.raises(ProofError, match="见证方已见过 9 条") as stopped:
        witnessing.demand_not_behind()
    assert "fadu ledger recover" in str(stopped.value)
    leaf, told = run(mirror, entries)
    assert [one for one in told if "案件 case/1 第 4 项 decide" in one]
    tag = acts.identity.case_tag("case/3").hex()
    assert [one for one in told if f"案件 lost:{tag} 第 1 项 draft" in one]
    assert len([one for one in told if "未能恢复" in one]) == 5, told
    assert HeadsFile.objects.count() == 1, "made again out of the leaves, to the root that its leaf holds"
    assert queries.head("case/1") == acts.Head(4, last.hash)
    publish()
    witnessing.demand_not_behind()
    report = queries.check(others=[str(witnessing.witness_note())], mirror=mirror)
    assert report.sound, report.findings
    assert acts.identity.case_tag(f"lost:{tag}") == acts.identity.case_tag("case/3")
    after = add("case/1")
    assert after.seq == 5
    publish()
    for one in (leaf, after):
        given = queries.get_receipt(one.hash, promise=one.promise)
        assert verify.check_receipt(receipt.read(dumps(given)), at=AT).status == verify.PROVED
    assert queries.index_of(lost.hash) == 5
    assert queries.open_field(leaf.hash, "reason") == "磁盘损坏，恢复了前一日备份"
    assert queries.open_field(leaf.hash, "lost") == told


def test_what_waited_at_the_backup_keeps_its_content(node: Path, add: Add, tmp_path: Path) -> None:
    """A leaf committed before the backup and numbered after it is here with all it holds; it only gets its number."""
    add("case/1")
    publish()
    waiting = add("case/1", step="decide")
    kept = Leaf.objects.get(pk=waiting.hash)
    opening = queries.Opening.objects.get(pk=waiting.hash)
    publish()
    mirror, entries = mirrored(tmp_path)
    rewind(1)
    Leaf.objects.bulk_create([kept])
    Pending.objects.create(log=1, hash=waiting.hash)
    CaseHead.objects.filter(pk="case/1").update(seq=2, hash=waiting.hash)
    assert queries.Opening.objects.filter(pk=opening.hash).exists()
    _, told = run(mirror, entries)
    assert told == []
    publish()
    assert queries.check(others=[str(witnessing.witness_note())]).sound
    assert queries.open_field(waiting.hash, "amount") == 12


def test_sealed_matters_and_reads_are_named(node: Path, add: Add, tmp_path: Path) -> None:
    """A blinded leaf tells no case; the access log is bound to the main one, so what is missing there is known."""
    add("case/1")
    publish()
    add("case/2", sealed=True)
    acts.note_access(acts.Access("read", OPERATOR, AT))
    daily.close_day(at=AT)
    publish()
    mirror, entries = mirrored(tmp_path)
    rewind(1)
    with without_triggers() as cursor:
        cursor.execute("DELETE FROM ledger_opening WHERE sealed_case IS NOT NULL")
        cursor.execute("DELETE FROM ledger_logindex WHERE log = 2")
        cursor.execute("UPDATE ledger_logstate SET size = 0 WHERE log = 2")
        cursor.execute("DELETE FROM ledger_headsfile")
    told = "\n".join(run(mirror, entries)[1])
    assert "保密事项的痕迹，属于哪一件无法得知" in told
    assert "查阅账本：主账本证明至少有 1 条，本地和镜像只有 0 条" in told
    assert "案件末端清单：不能由痕迹重新推算" in told
    assert queries.check().counts == {"heads_file": 1}, "what is lost stays to be seen"


def test_reads_and_refusals_come_back_from_their_own_mirror(node: Path, add: Add, tmp_path: Path) -> None:
    """With indexes, tree and checkpoint; bound to the root that the main log holds; another history is refused."""
    add("case/1")
    acts.note_access(acts.Access("page", OPERATOR, AT, case_ref="case/1"))
    publish()
    with transaction.atomic():
        backup = transaction.savepoint()
        acts.note_access(acts.Access("export", SUPERVISOR, AT, case_ref="case/1"))
        acts.note_access(acts.Access("page", SUPERVISOR, AT, case_ref="case/unknown"))
        daily.close_day(at=AT)
        publish()
        mirror, entries = mirrored(tmp_path)
        export.export_tiles(tmp_path / "a", log=Log.ACCESS, entries=tmp_path / "ae")
        transaction.savepoint_rollback(backup)
    assert AccessEntry.objects.count() == 1
    reads = (tmp_path / "a", tmp_path / "ae")
    found = recovering.plan(mirror, entries, access=reads)
    assert (found.access.since, found.access.size) == (1, 3)
    told = recovering.recover(found, by=OPERATOR, together=SUPERVISOR, reason="磁盘损坏", at=AT)[1]
    assert not [one for one in told if "查阅账本" in one]
    assert list(AccessEntry.objects.order_by("pk").values_list("case_ref", flat=True))[:2] == ["case/1"] * 2
    acts.note_access(acts.Access("page", OPERATOR, AT))
    publish()
    assert queries.check(log=Log.ACCESS, mirror=tmp_path / "a").sound
    assert queries.check().sound
    other = found.access.bodies[0].replace(b"export", b"search")
    with pytest.raises(ProofError, match="与主账本所记的根不同"):
        recovering_access.demand_roots([other], [{"count": 1, "root": "0" * 64}])


def test_refusals(node: Path, add: Add, tmp_path: Path) -> None:
    """One person alone, no reason, a mirror too short, another history, acts since the restore: nothing is written."""
    for number in range(3):
        add(f"case/{number}")
    publish()
    older = mirrored(tmp_path / "older")
    with pytest.raises(InputError, match="没有需要恢复的"):
        recovering.plan(*older)
    for number in range(3):
        add(f"case/{number}")
    publish()
    mirror = mirrored(tmp_path)
    add("case/9")
    publish()
    newest = mirrored(tmp_path / "newest")
    rewind(3)
    with pytest.raises(ProofError, match="第 6 至 6 条没有副本"):
        recovering.plan(*mirror)
    with pytest.raises(Refused, match="两人"):
        run(*newest, together=OPERATOR)
    with pytest.raises(Refused, match="原因"):
        run(*newest, reason=" ")
    assert Leaf.objects.count() == 3
    add("case/1", step="again")
    with pytest.raises(ProofError, match="占了缺失痕迹的位置：案件 case/1 第 2 项"):
        run(*newest)
    publish_alone()
    with pytest.raises(ProofError, match="本地账本第 3 条与镜像不同"):
        recovering.plan(*newest)
    bundle = newest[1] / "tile/entries/000.p/7"
    bundle.write_bytes(bundle.read_bytes().replace(b'"draft"', b'"drAft"', 1))
    with pytest.raises(ProofError, match="第 0 条的内容与瓦片中的散列不符"):
        recovering.plan(*newest)


def publish_alone() -> None:
    """Number and sign without asking the witness, which would refuse."""
    publishing.sequencer.publish(at=AT)
