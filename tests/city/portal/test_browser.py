"""The page that verifies receipts, in a real Chromium: the same verdict, in the same words, as the core on the same file."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections, transaction

from fadu.city.authority import clock
from fadu.city.ledger import acts, identity, public, publishing, queries, timestamping, witness_node
from fadu.city.ledger.acts import Official
from fadu.core.log import receipt, tsa, verify
from fadu.core.log.errors import LogError
from tests import local_tsa

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.system,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="needs chromium (make need)"),
]
CLERK = Official("经办人", "person-1")


@pytest.fixture(autouse=True)
def sync_playwright_beside_django(monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright's loop runs in this thread; Django would take that for an asynchronous context and refuse the database."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def page(live_server: Any) -> Iterator[Any]:
    """The verifying page, open."""
    with playwright.sync_playwright() as runner:
        browser = runner.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        opened = browser.new_context(locale="zh-CN").new_page()
        opened.problems = []
        opened.on("pageerror", lambda error: opened.problems.append(str(error)))
        opened.on("console", lambda said: opened.problems.append(said.text) if said.type == "error" else None)
        opened.goto(f"{live_server.url}/verify/")
        yield opened
        assert not opened.problems, opened.problems
        browser.close()
        # While Playwright's loop runs, Django keeps another connection for it than before and after; this one is ours.
        connections.close_all()


def written(**other: Any) -> bytes:
    """One act in the ledger; the hash of its leaf."""
    now = clock.now()
    said = {
        "case_ref": "case/1", "step": "draft", "performers": [CLERK], "recorder": CLERK, "organ": "市政府办公室",
        "occurred_at": now, "recorded_at": now, "definition": "ab" * 32, "request_id": "r",
        "fields": {"title": "关于停车收费的决定", "amount": 12, "rate": 0.5, "when": now.date(), "rows": [{"a": "一", "b": None}]},
        "files": {"draft": "cd" * 32},
        **other,
    }  # fmt: skip
    with transaction.atomic():
        return acts.append(**said).hash


@pytest.fixture
def witnessed(settings: Any, tmp_path: Any) -> None:
    """A witness's cosignature on the newest checkpoint, made with its own key."""
    folder = tmp_path / "witness"
    signer = witness_node.load_signer(folder, "witness.example")
    (identity.keys_folder()).mkdir(parents=True, exist_ok=True)
    (identity.keys_folder() / "witness.vkey").write_text(signer.key.vkey + "\n")


def make_receipt(*, sealed: bool = False) -> dict[str, Any]:
    """A receipt with proof and everything opened, out of a log with some leaves before and after."""
    for number in range(6):
        written(case_ref=f"case/before-{number}")
    leaf = written(sealed=sealed)
    for number in range(5):
        written(case_ref=f"case/after-{number}")
    publishing.publish(at=clock.now(), close_day=False)
    return queries.full_receipt(leaf)


def cosign(given: dict[str, Any], tmp_path: Any) -> dict[str, Any]:
    """The same receipt with a witness's line under its checkpoint."""
    from_witness = witness_node.load_signer(tmp_path / "witness", "witness.example")
    text = given["checkpoint"].partition("\n\n")[0] + "\n"
    line = witness_node.note.cosignature_line(text, from_witness, 1_790_000_000)
    keys = {**given["keys"], "witnesses": [from_witness.key.vkey]}
    return {**given, "keys": keys, "checkpoint": given["checkpoint"] + line}


def dumped(given: Any) -> bytes:
    return json.dumps(given, ensure_ascii=False).encode()


def core(data: bytes, *, at: datetime, pinned: bool) -> dict[str, Any]:
    """The core's verdict as data; a file that cannot be read has no statements to compare."""
    keys = public.public_keys()
    pins = {"log_key": keys.log, "promise_key": keys.promise} if pinned else {}
    try:
        given = receipt.read_any(data)
    except LogError:
        return {"status": "unreadable"}
    if isinstance(given, receipt.Proof):
        return verify.check_proof(given, log_key=pins.get("log_key")).as_json()
    return verify.check_receipt(given, at=at, **pins).as_json()


def browsed(page: Any, data: bytes) -> dict[str, Any]:
    """The page's verdict on a file put into its field."""
    page.evaluate("document.getElementById('verdict').replaceChildren()")
    page.set_input_files("#file", {"name": "receipt.json", "mimeType": "application/json", "buffer": data})
    page.wait_for_selector("#verdict-data", state="attached", timeout=15_000)
    found: dict[str, Any] = json.loads(page.evaluate("document.getElementById('verdict-data').textContent"))
    return found


def agree(page: Any, data: bytes, *, pinned: bool = True) -> str:
    """Both verifiers on one file: same status, same words; returns the status."""
    page.set_checked("#pin", pinned)
    told, expected = browsed(page, data), core(data, at=clock.now(), pinned=pinned)
    assert told["status"] == expected["status"], (told, expected)
    if told["status"] != "unreadable":
        # At which column a text stops being JSON, each parser says for itself.
        expected["statements"] = [
            re.sub("第 [0-9]+ (行第 [0-9]+ 列|字节)：?", "", one) for one in expected["statements"]
        ]
        assert told == expected
    title = page.inner_text("#verdict h2")
    assert title == {"unreadable": "读不懂：这不是完整的回执文件"}.get(
        told["status"]
    ) or title in verify.report(verify.Verdict(status=told["status"]))
    return str(told["status"])


def test_a_good_receipt_is_proved_offline_and_in_the_same_words(page: Any, tmp_path: Any) -> None:
    given = make_receipt()
    page.context.set_offline(True)
    assert agree(page, dumped(given)) == "proved"
    assert agree(page, dumped(given), pinned=False) == "proved"
    assert agree(page, dumped(cosign(given, tmp_path))) == "proved"
    assert "关于停车收费的决定" in page.inner_text("#verdict")


def test_a_sealed_receipt_and_a_proof_alone(page: Any) -> None:
    sealed = make_receipt(sealed=True)
    assert agree(page, dumped(sealed)) == "proved"
    assert agree(page, dumped({**sealed, "opened": {**sealed["opened"], "blind": None}})) == "failed"
    leaf = written()
    assert agree(page, dumped(public.proof_json(leaf))) == "pending"
    publishing.publish(at=clock.now(), close_day=False)
    proof = public.proof_json(leaf)
    assert agree(page, dumped(proof)) == "proved"
    other = base64.b64encode(bytes(32)).decode()
    assert agree(page, dumped({**proof, "leaf": other})) == "failed"
    assert agree(page, dumped({**proof, "proof": proof["proof"].replace("index ", "index 0")})) == "failed"
    assert agree(page, dumped({**proof, "proof": ""})) == "failed"


def test_a_promise_pending_and_broken(page: Any) -> None:
    leaf = written()
    given = queries.full_receipt(leaf)
    assert agree(page, dumped(given)) == "pending"
    old = datetime(2026, 1, 5, 1, tzinfo=UTC)
    late = written(case_ref="case/2", occurred_at=old, recorded_at=old)
    assert agree(page, dumped(queries.full_receipt(late))) == "broken_promise"


def _flip(text: str, place: int = 5) -> str:
    raw = bytearray(base64.b64decode(text))
    raw[place % len(raw)] ^= 1
    return base64.b64encode(raw).decode()


def _field(given: dict[str, Any], name: str, **parts: str) -> dict[str, Any]:
    fields = given["opened"]["fields"]
    return {**given, "opened": {**given["opened"], "fields": {**fields, name: {**fields[name], **parts}}}}


def _value(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


TAMPERED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "another value": lambda r: _field(r, "title", value=_value("s关于停车免费的决定")),
    "another salt": lambda r: _field(r, "title", salt=_flip(r["opened"]["fields"]["title"]["salt"])),
    "a short salt": lambda r: _field(r, "title", salt=_value("salt")),
    "a value of unknown kind": lambda r: _field(r, "title", value=_value("x")),
    "a field that is not there": lambda r: {**r, "opened": {**r["opened"], "fields": {"owner": r["opened"]["fields"]["title"]}}},
    "a field shown as a file": lambda r: {**r, "opened": {**r["opened"], "files": {"draft": r["opened"]["fields"]["title"]}}},
    "a leaf bit": lambda r: {**r, "leaf": {"body": _flip(r["leaf"]["body"])}},
    "an index": lambda r: {**r, "index": r["index"] + 1},
    "an index beyond the log": lambda r: {**r, "index": 10_000},
    "a proof bit": lambda r: {**r, "proof": [_flip(r["proof"][0]), *r["proof"][1:]]},
    "a proof cut": lambda r: {**r, "proof": r["proof"][:-1]},
    "a proof too long": lambda r: {**r, "proof": [*r["proof"], r["proof"][0]]},
    "a proof hash too short": lambda r: {**r, "proof": [_value("x"), *r["proof"][1:]]},
    "a checkpoint of another size": lambda r: {**r, "checkpoint": r["checkpoint"].replace("\n12\n", "\n13\n")},
    "a checkpoint signed by nobody we know": lambda r: {**r, "checkpoint": r["checkpoint"].replace("— log", "— logg")},
    "a checkpoint without signature": lambda r: {**r, "checkpoint": r["checkpoint"].partition("\n\n")[0]},
    "a control character": lambda r: {**r, "checkpoint": "\t" + r["checkpoint"]},
    "a promise of another number": lambda r: {**r, "promise": r["promise"].replace("\n1\n", "\n2\n")},
    "a promise for another case": lambda r: {**r, "promise": r["promise"].replace("case/1", "case/2")},
    "another origin": lambda r: {**r, "origin": "elsewhere.example/log"},
    "a log key with a wrong number": lambda r: {**r, "keys": {**r["keys"], "log": r["keys"]["log"].replace("+", "+0", 1)}},
    "keys exchanged": lambda r: {**r, "keys": {**r["keys"], "log": r["keys"]["promise"]}},
    "a witness that is no key": lambda r: {**r, "keys": {**r["keys"], "witnesses": ["nobody"]}},
    "another suite": lambda r: {**r, "suite": "sm3-sm2"},
    "an unknown suite": lambda r: {**r, "suite": "md5"},
    "an unknown key in the file": lambda r: {**r, "note": "顺便说一句"},
    "a missing key": lambda r: {name: value for name, value in r.items() if name != "proof"},
    "proof taken away": lambda r: {**r, "leaf": None, "index": None, "checkpoint": None, "proof": []},
    "half the proof taken away": lambda r: {**r, "index": None},
    "a fraction as index": lambda r: {**r, "index": 6.0},
    "a negative index": lambda r: {**r, "index": -1},
    "loose base64": lambda r: {**r, "leaf": {"body": r["leaf"]["body"] + "\n"}},
    "not an object": lambda r: [r],
    "another format": lambda r: {**r, "format": "fadu/receipt/v2"},
}  # fmt: skip
GOOD = frozenset({"broken_promise", "pending"})


def test_tampered_receipts_fail_alike(page: Any) -> None:
    given = make_receipt()
    for name, tamper in TAMPERED.items():
        data = dumped(tamper(given))
        for pinned in (True, False):
            status = agree(page, data, pinned=pinned)
            assert status in ("failed", "unreadable") or (name == "proof taken away" and status in GOOD), name


def test_a_body_that_is_not_canonical_fails_alike(page: Any) -> None:
    """Whoever could sign would still have to write one thing in one way only: leaves made with the platform's own keys."""
    given = make_receipt()
    body = base64.b64decode(given["leaf"]["body"]).decode()
    for wrong in (
        body.replace('"epoch":1', '"epoch":1.0'), body.replace('"seq":1', '"seq": 1'), body.replace('"epoch":1', '"epoch":9007199254740993'),
        body.replace('"nonce":"', '"nonce":"0'), body.replace('"covers":[]', '"covers":[],"covers":[]'), body.replace('"covers":[],', ""),
        body.replace('"covers":[]', '"covers":{}'), body.replace("performed", "attested"), body.replace('"v":"fadu/leaf/v1"', '"v":"fadu/leaf/v2"'),
        body.replace('"organ":"市政府办公室"', '"organ":"' + "市" * 121 + '"'), body.replace("市政府办公室", "\\ud800"), body[:-1], "[]", "null",
    ):  # fmt: skip
        assert wrong != body, wrong
        assert agree(page, dumped(signed_again(given, wrong.encode())), pinned=False) == "failed", wrong[:80]


def signed_again(given: dict[str, Any], body: bytes) -> dict[str, Any]:
    """A receipt in which promise, tree (of this one leaf) and checkpoint agree with a body of one's choice."""
    suite = identity.suite()
    leaf = suite.leaf(body)
    before = clock.now() + timedelta(minutes=1)
    promised = receipt.promise(
        origin=given["origin"],
        case="case/1",
        seq=1,
        leaf=leaf,
        before=before,
        signer=identity.promise_signer(),
    )
    root = base64.b64encode(leaf).decode()
    checkpoint = witness_node.note.sign(f"{given['origin']}\n1\n{root}\n", identity.log_signer())
    opened = {"fields": {}, "files": {}, "blind": None}
    return {
        **given, "promise": promised, "leaf": {"body": base64.b64encode(body).decode()}, "index": 0, "proof": [],
        "checkpoint": checkpoint, "opened": opened,
    }  # fmt: skip


def test_files_that_are_no_receipts(page: Any) -> None:
    for data in (
        b"",
        b"{}",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b'{"format": NaN}',
        b'{"a":1,"a":2}',
        b"[" * 2000,
        "回执".encode(),
        b"nul",
    ):
        assert agree(page, data) == "unreadable", data[:20]


def test_the_chinese_suite_is_checked_too(page: Any, settings: Any) -> None:
    settings.FADU_LOG_SUITE = "sm3-sm2"
    page.reload()
    given = make_receipt()
    assert given["suite"] == "sm3-sm2"
    assert agree(page, dumped(given)) == "proved"
    assert agree(page, dumped({**given, "index": given["index"] + 1})) == "failed"
    promise = given["promise"].replace("\n1\n", "\n2\n")
    assert agree(page, dumped({**given, "promise": promise})) == "failed"


@pytest.mark.parametrize("suite", ["sha256-ed25519", "sm3-sm2"])
def test_a_time_stamped_receipt_in_the_same_words(
    page: Any, settings: Any, tmp_path: Any, suite: str
) -> None:
    """The moment and imprint are checked in the browser too; spoilt tokens fail alike."""
    settings.FADU_LOG_SUITE = suite
    page.reload()
    with local_tsa.serving(tmp_path / "tsa") as server:
        settings.FADU_TSA_URL, settings.FADU_TSA_ANCHOR = server.url, server.authority.anchor
        given = make_receipt()
        other = server.authority.answer(tsa.query(identity.suite(), b"another"))
    assert agree(page, dumped(given)) == "proved"
    assert "测试时间戳机构" in page.inner_text("#verdict")
    assert agree(page, dumped(given), pinned=False) == "proved"
    assert agree(page, dumped(public.proof_json(_leaf_of(given)))) == "proved"
    token = base64.b64decode(given["timestamp"])
    place = token.index(identity.suite().digest(timestamping.stamped_bytes(public.checkpoint_of(12))))
    for bad in (
        b"", b"0\x00", token[:-1], token[:40], token + b"0", other,
        token[:place] + bytes([token[place] ^ 1]) + token[place + 1 :],
        token.replace(b"\x18\x0f20", b"\x18\x0f2x", 1), token.replace(b"\x18\x0f20", b"\x18\x0f19", 1),
    ):  # fmt: skip
        status = agree(page, dumped({**given, "timestamp": base64.b64encode(bad).decode()}))
        assert status == ("proved" if b"\x18\x0f19" in bad else "failed"), bad[:20]
    assert agree(page, dumped({**given, "timestamp": 5})) == "unreadable"


def _leaf_of(given: dict[str, Any]) -> bytes:
    return identity.suite().leaf(base64.b64decode(given["leaf"]["body"]))


def test_a_file_dropped_on_the_page_is_read(page: Any) -> None:
    data = dumped(make_receipt())
    page.evaluate(
        """(text) => {
          const carried = new DataTransfer();
          carried.items.add(new File([text], "dropped.json", { type: "application/json" }));
          document.querySelector(".drop").dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: carried }));
        }""",
        data.decode(),
    )
    page.wait_for_selector(".verdict.proved")
    assert "dropped.json" in page.inner_text("#verdict")
