"""Time-stamps by a real authority over HTTP (openssl): asked for, believed only if they verify, shown, checked offline."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from fadu.city.ledger import publishing, queries, timestamping
from fadu.city.ledger.acts import Appended
from fadu.city.ledger.models import TimeStamp
from fadu.core.log import bundle, receipt, timestamp, tsa, verify
from fadu.core.log.canonical import dumps
from fadu.core.log.errors import LogError
from tests import local_tsa
from tests.city.ledger.conftest import AT, without_triggers

pytestmark = [
    pytest.mark.system,
    pytest.mark.django_db,
]
Add = Callable[..., Appended]


@pytest.fixture
def authority(tmp_path: Path, settings: Any, program: Callable[[str], Path]) -> Iterator[local_tsa.Server]:
    """An authority that this installation trusts."""
    program("openssl")
    with local_tsa.serving(tmp_path / "tsa") as server:
        settings.FADU_TSA_URL, settings.FADU_TSA_ANCHOR = server.url, server.authority.anchor
        settings.FADU_TSA_SECONDS = 3600
        timestamping._failed.clear()
        yield server
        timestamping._failed.clear()


def publish(at: datetime = AT) -> publishing.Published:
    return publishing.publish(at=at, close_day=False)


def newest_bytes() -> bytes:
    """What would be stamped now."""
    newest = queries.newest_checkpoint()
    assert newest is not None
    return timestamping.stamped_bytes(newest)


def test_stamped_and_verified_offline(
    each_suite: str, authority: local_tsa.Server, add: Add, tmp_path: Path
) -> None:
    """The first checkpoint is stamped; receipt, verifier, single file and check say so, with and without the anchor."""
    one = add()
    round_ = publish()
    assert (round_.stamp_problem, round_.stamped_at[:4]) == ("", f"{datetime.now(UTC).year}")
    given = queries.get_receipt(one.hash, promise=one.promise)
    read = receipt.read(dumps(given))
    assert read.as_json() == given
    unpinned = verify.check_receipt(read, at=AT)
    assert unpinned.status == verify.PROVED
    assert unpinned.stamp and unpinned.stamp["chain"] == "unchecked"
    assert any("没有核验" in one for one in unpinned.warnings)
    pinned = verify.check_receipt(read, at=AT, tsa_anchor=authority.authority.anchor)
    assert (pinned.status, pinned.stamp and pinned.stamp["authority"]) == (verify.PROVED, "测试时间戳机构")
    assert any(one.startswith("时间戳的签名和证书链成立") for one in pinned.statements)
    (tmp_path / "v.pyz").write_bytes(bundle.build())
    (tmp_path / "r.json").write_bytes(dumps(given))
    command = [
        sys.executable,
        "-I",
        tmp_path / "v.pyz",
        tmp_path / "r.json",
        "--tsa-anchor",
        authority.authority.anchor,
    ]
    alone = subprocess.run(command, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
    assert (alone.returncode, "证书链成立" in alone.stdout) == (0, True), alone.stdout + alone.stderr
    assert queries.check().sound


def test_as_often_as_set_and_the_first_that_covers(authority: local_tsa.Server, add: Add) -> None:
    """One stamp an hour; a leaf is proved by the first stamped checkpoint that has it."""
    one = add()
    publish()
    add()
    assert publish(AT + timedelta(minutes=59)).stamped_at == ""
    two = add()
    assert publish(AT + timedelta(hours=1)).stamped_at
    assert (authority.asked, TimeStamp.objects.count()) == (2, 2)
    assert [queries.leaf_status(leaf.hash).checkpoint for leaf in (one, two)] == [1, 3]


def test_what_does_not_verify_is_not_kept(authority: local_tsa.Server, add: Add, tmp_path: Path) -> None:
    """A replayed answer (nonce), another authority, a flipped byte, another type: said, not kept, acts go on."""
    add()
    replayed = authority.authority.answer(tsa.query(queries.identity.suite(), b"something else"))
    other = local_tsa.Authority(tmp_path / "other", "别的机构")
    minute = 0

    def refused(spoil: Callable[[bytes], bytes], kind: str = "application/timestamp-reply") -> str:
        nonlocal minute
        minute += 10
        add()
        authority.spoil, authority.kind = spoil, kind
        round_ = publish(AT + timedelta(minutes=minute))
        assert (round_.stamped_at, TimeStamp.objects.count()) == ("", 0)
        return round_.stamp_problem

    assert "不是为这份内容签发的" in refused(lambda _: replayed)
    again = authority.authority.answer(tsa.query(queries.identity.suite(), newest_bytes()))
    assert "nonce" in _other_nonce(again, authority)
    assert "证书链不成立" in refused(
        lambda _: other.answer((authority.authority.folder / "asked.tsq").read_bytes())
    )
    assert refused(lambda reply: reply[:-9] + bytes([reply[-9] ^ 1]) + reply[-8:])
    assert "不是时间戳" in refused(lambda reply: reply, "text/html")
    assert "被截断" in refused(lambda reply: reply[:-1])
    asked_before = authority.asked
    add()
    assert publish(AT + timedelta(minutes=minute + 1)).stamp_problem == ""
    assert authority.asked == asked_before, "after a failure the authority is left alone for some minutes"
    authority.spoil = lambda reply: reply
    assert publish(AT + timedelta(minutes=minute + 6)).stamped_at


def _other_nonce(reply: bytes, authority: local_tsa.Server) -> str:
    """The refusal of an honest answer to an earlier query over the same bytes."""
    data = newest_bytes()
    suite = queries.identity.suite()
    with pytest.raises(LogError) as refused:
        tsa.verify(reply, data, suite=suite, anchor=authority.authority.anchor, asked=tsa.query(suite, data))
    tsa.verify(reply, data, suite=suite, anchor=authority.authority.anchor)
    return str(refused.value)


def test_unreachable_stops_nothing(authority: local_tsa.Server, add: Add, settings: Any) -> None:
    """Published without a stamp, and told."""
    settings.FADU_TSA_URL = "http://127.0.0.1:9"
    add()
    round_ = publish()
    assert (round_.size, round_.stamped_at) == (1, "")
    assert "联系不上时间戳机构" in round_.stamp_problem


def test_tampered(authority: local_tsa.Server, add: Add) -> None:
    """A stamp cannot be changed; changed past the triggers, check and verifier name it."""
    one = add()
    publish()
    given = queries.get_receipt(one.hash, promise=one.promise)
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        TimeStamp.objects.update(at=AT)
    with without_triggers() as cursor:
        cursor.execute("UPDATE ledger_timestamp SET at = %s", [AT])
    (found,) = queries.check().findings
    assert (found.code, found.index) == ("timestamp", 1)
    assert "数据库写的是另一个时间" in str(found)
    read = receipt.read(dumps(given))
    moved = read.stamp.replace(b"20", b"19", 1) if read.stamp else b""
    for stamp in (moved, timestamp_of_other(authority)):
        wrong = verify.check_receipt(
            receipt.read(dumps({**given, "timestamp": receipt.to_text(stamp)})),
            at=AT,
            tsa_anchor=authority.authority.anchor,
        )
        assert wrong.status == verify.FAILED, wrong.statements


def timestamp_of_other(authority: local_tsa.Server) -> bytes:
    """A true answer over other bytes."""
    return authority.authority.answer(tsa.query(queries.identity.suite(), b"another"))


@pytest.mark.parametrize("cut", [0, 1, 5, 40, 200])
def test_malformed_answers(authority: local_tsa.Server, cut: int) -> None:
    """Whatever is cut off or put in, the reader says what is wrong and never breaks."""
    whole = authority.authority.answer(tsa.query(queries.identity.suite(), b"x"))
    assert timestamp.read(whole).authority == "测试时间戳机构"
    for bad in (whole[:cut], whole[cut:][:-1], whole[:cut] + b"\x1f\xff" + whole[cut:], whole + b"\x00"):
        with pytest.raises(LogError):
            timestamp.read(bad)


def test_page_and_download(authority: local_tsa.Server, add: Add, client: Any, settings: Any) -> None:
    """The page says who stamped what and when; the files verify with openssl as the page says; without, it says so."""
    settings.FADU_TSA_URL = ""
    assert "未接入国家授时时间戳服务" in client.get("/trace/").content.decode()
    settings.FADU_TSA_URL = authority.url
    add()
    publish()
    page = client.get("/trace/").content.decode()
    assert "“测试时间戳机构”" in page
    assert "未接入" not in page
    folder = authority.authority.folder
    (folder / "data").write_bytes(client.get("/log/checkpoint/1").content)
    answer = client.get("/log/timestamp/1.tsr")
    assert answer["Content-Type"] == "application/timestamp-reply"
    (folder / "got.tsr").write_bytes(answer.content)
    local_tsa._run(folder, "ts", "-verify", "-data", "data", "-in", "got.tsr", "-CAfile", "root.pem")
    assert client.get("/log/timestamp/2.tsr").status_code == 404
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_timestamp")
        assert cursor.fetchone() == (1,)
