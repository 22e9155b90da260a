"""A receipt opens for whoever may read the act; for everybody else there is the proof, which verifies all the same."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from fadu.city.authority import clock
from fadu.city.ledger.models import AccessEntry
from fadu.city.participation.models import Comment
from fadu.city.portal import views_receipt
from fadu.core.log import receipt, record, verify
from tests.city.participation.conftest import Matter, browser, say
from tests.city.portal.conftest import leaf_of, main_of

pytestmark = pytest.mark.django_db


def judged(data: bytes) -> verify.Verdict:
    """The core's verdict on a file as served."""
    given = receipt.read_any(data)
    if isinstance(given, receipt.Proof):
        return verify.check_proof(given)
    return verify.check_receipt(given, at=clock.now())


def test_a_stranger_gets_the_proof_and_nothing_that_tells_the_case(
    matter: Matter, publish: Callable[[], object], client: Client
) -> None:
    publish()
    leaf = leaf_of(matter.case, "draft")
    data = client.get(f"/receipts/{leaf}.json").content
    verdict = judged(data)
    assert verdict.status == verify.PROVED and leaf in verdict.statements[0]
    page = main_of(client.get(f"/receipts/{leaf}/"))
    proof = client.get(f"/receipts/{leaf}.proof").content.decode()
    assert receipt.parse_proof(proof)[3].hex() == leaf
    for text in (data.decode(), page, proof):
        for hidden in (matter.case.key, matter.case.title, "拟订", "transport", "交通"):
            assert hidden not in text, hidden


def test_a_published_act_gives_its_receipt_with_exactly_the_published_fields(
    matter: Matter, publish: Callable[[], object], client: Client
) -> None:
    matter.open()
    publish()
    leaf = leaf_of(matter.case, "open_consultation")
    verdict = judged(client.get(f"/receipts/{leaf}.json").content)
    assert verdict.status == verify.PROVED
    assert {"notice", "draft_shown", "draft_shown/0", "closes_on"} <= set(verdict.opened)
    assert not {"channels_used", "why.hearing"} & set(verdict.opened)
    assert not AccessEntry.objects.exists(), "what is public is read without a note"


def test_whoever_handles_the_case_gets_what_he_may_read_and_it_is_noted(
    matter: Matter, publish: Callable[[], object]
) -> None:
    publish()
    leaf = leaf_of(matter.case, "draft")
    noted = AccessEntry.objects.count()
    verdict = judged(browser("wu").get(f"/receipts/{leaf}.json").content)
    assert verdict.status == verify.PROVED and {"title", "legal_inventory", "text/0"} <= set(verdict.opened)
    assert AccessEntry.objects.count() == noted + 1
    body = record.read(bytes(AccessEntry.objects.latest("pk").body))
    assert (body["kind"], body["subject"]) == ("receipt", leaf)
    # Another organ of the same city has no part in the case.
    outside = judged(browser("zhao").get(f"/receipts/{leaf}.json").content)
    assert outside.status == verify.PROVED and not outside.opened and not outside.leaf


def test_an_opinion_opens_for_its_author_and_for_the_undertaker(
    matter: Matter, publish: Callable[[], object], client: Client
) -> None:
    row = matter.open()
    say(row.key, "建议延长换乘时间", actor=matter.city.actor("chen"))
    publish()
    leaf = Comment.objects.get().leaf
    for person in ("chen", "wu"):
        verdict = judged(browser(person).get(f"/receipts/{leaf}.json").content)
        assert (verdict.status, verdict.opened["text"]) == (verify.PROVED, "建议延长换乘时间"), person
    for stranger in (client, browser("zhao")):
        verdict = judged(stranger.get(f"/receipts/{leaf}.json").content)
        assert verdict.status == verify.PROVED and not verdict.opened
    assert "建议延长" not in client.get(f"/receipts/{leaf}/").content.decode()


def test_the_page_names_the_state_on_the_way(matter: Matter, publish: Callable[[], object]) -> None:
    leaf = leaf_of(matter.case, "draft")
    wu = browser("wu")
    page = wu.get(f"/receipts/{leaf}/").content.decode()
    assert "尚未编号" in page and "fadu/promise/v1" in page
    waiting = wu.get(f"/receipts/{leaf}.json").content
    assert judged(waiting).status == verify.PENDING
    publish()
    page = wu.get(f"/receipts/{leaf}/").content.decode()
    assert "尚未编号" not in page and "已签名" in page and "<svg" in page
    assert 'style="' not in page, "the policy of our pages allows no inline style"


def test_a_promise_that_was_not_kept_is_said_to_be_evidence(matter: Matter, client: Client) -> None:
    leaf = leaf_of(matter.case, "draft")
    clock.move_forward(clock.now().replace(hour=23))
    assert "承诺期限已过" in client.get(f"/receipts/{leaf}/").content.decode()


def test_addresses_that_are_no_leaf_do_not_exist(matter: Matter, client: Client) -> None:
    known = leaf_of(matter.case, "draft")
    for wrong in ("0" * 64, "xyz", known[:-2], known.upper(), known + "00"):
        for path in (f"/receipts/{wrong}/", f"/receipts/{wrong}.json", f"/receipts/{wrong}.proof"):
            assert client.get(path).status_code == 404, path
    assert client.get(f"/receipts/{known}.proof").status_code == 404, "no proof before the first checkpoint"


def test_a_long_proof_is_not_pressed_into_a_code() -> None:
    assert views_receipt.qr("x" * views_receipt.MOST_IN_QR).startswith("<svg")


def test_the_downloaded_program_verifies_the_downloaded_file(
    matter: Matter, publish: Callable[[], object], client: Client, tmp_path: Path
) -> None:
    matter.open()
    publish()
    program, file = tmp_path / "fadu-verify.pyz", tmp_path / "receipt.json"
    program.write_bytes(client.get("/verify/fadu-verify.pyz").content)
    leaf = leaf_of(matter.case, "open_consultation")
    file.write_bytes(client.get(f"/receipts/{leaf}.json").content)
    command = [sys.executable, "-I", str(program), str(file), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["opened"]["notice"] == "公告。"
    proof = client.get(f"/receipts/{leaf_of(matter.case, 'draft')}.json").content
    file.write_bytes(proof)
    assert subprocess.run(command, capture_output=True, cwd=tmp_path).returncode == 0
    file.write_bytes(proof.replace(b"index 1\\n", b"index 0\\n").replace(b"index 2\\n", b"index 1\\n"))
    key = json.loads(proof)["keys"]["log"]
    assert (
        subprocess.run(
            [*command, "--log-key", key.replace("a", "b")], capture_output=True, cwd=tmp_path
        ).returncode
        == 1
    )
