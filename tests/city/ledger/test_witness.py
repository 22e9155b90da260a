"""A real witness node over HTTP: cosigns what grows, refuses a rewritten past, and knows when we were rolled back."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fadu.city.ledger import acts, publishing, queries, witness_node, witnessing
from fadu.city.ledger.acts import Appended
from fadu.city.ledger.models import Checkpoint, Cosignature, Log
from fadu.city.ledger.witnessing import WitnessUnreachable
from fadu.core.log import receipt, tree, verify
from fadu.core.log.canonical import dumps
from fadu.core.log.errors import ProofError
from tests.city.ledger.conftest import AT, without_triggers

pytestmark = pytest.mark.django_db
Add = Callable[..., Appended]


@pytest.fixture
def node(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A witness of this log with a folder of its own, listening; its key is pinned by the city."""
    folder = tmp_path / "witness"
    signer = witness_node.load_signer(folder, "witness.example")
    store = witness_node.SqliteWitnessStore(folder / "witness.sqlite3")
    logs = [acts.identity.log_signer().key.vkey, acts.identity.log_signer(Log.ACCESS).key.vkey]
    watched = witness_node.watch(logs, "sha256-ed25519")
    server = witness_node.WitnessServer(("127.0.0.1", 0), store, signer, watched)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.FADU_WITNESS_URL = f"http://127.0.0.1:{server.server_address[1]}"
    (acts.identity.keys_folder() / "witness.vkey").write_text(signer.key.vkey + "\n")
    yield folder
    server.shutdown()
    thread.join()
    server.server_close()
    store.close()


def test_it_cosigns_and_the_receipt_shows_it(node: Path, add: Add) -> None:
    """Each round is cosigned; status, receipt and verifier name the witness; once signed it is not asked again."""
    one = add()
    assert publishing.publish(at=AT, close_day=False).witnesses == ("witness.example",)
    for _ in range(5):
        add()
    assert publishing.publish(at=AT, close_day=False).witnesses == ("witness.example",)
    assert publishing.publish(at=AT, close_day=False).witnesses == ()
    assert Cosignature.objects.count() == 2
    status = queries.leaf_status(one.hash)
    assert (status.state, status.witnesses) == ("witnessed", ("witness.example",))
    given = queries.get_receipt(one.hash, promise=one.promise)
    verdict = verify.check_receipt(receipt.read(dumps(given)), at=AT, log_key=given["keys"]["log"])
    assert (verdict.status, verdict.witnesses, verdict.warnings) == (verify.PROVED, ["witness.example"], [])
    witnessing.demand_not_behind()
    seen = witnessing.witness_note()
    assert seen is not None
    assert queries.check(others=[seen]).sound


def test_it_outlives_a_restart(node: Path, add: Add) -> None:
    """Its file remembers every checkpoint and its key."""
    for _ in range(3):
        add()
        publishing.publish(at=AT, close_day=False)
    again = witness_node.SqliteWitnessStore(node / "witness.sqlite3")
    newest = again.newest("log.example/city")
    assert newest is not None
    assert newest[0].size == 3
    assert again._connection.execute("SELECT count(*) FROM seen").fetchone() == (3,)
    again.close()
    assert (
        witness_node.load_signer(node, "witness.example").key.vkey
        in (acts.identity.keys_folder() / "witness.vkey").read_text()
    )


def rewind(size: int) -> None:
    """A backup of this database restored: everything after ``size`` entries is gone, in itself all is sound."""
    lost = [
        bytes(leaf)
        for leaf in queries.LogIndex.objects.filter(log=1, idx__gte=size).values_list("hash", flat=True)
    ]
    with without_triggers() as cursor:
        for leaf in lost:
            cursor.execute("DELETE FROM ledger_leaf WHERE hash = %s", [leaf])
        cursor.execute("DELETE FROM ledger_logindex WHERE log = 1 AND idx >= %s", [size])
        cursor.execute("DELETE FROM ledger_node WHERE log = 1 AND pos >= %s", [tree.stored_count(size)])
        cursor.execute("UPDATE ledger_logstate SET size = %s WHERE log = 1", [size])
        cursor.execute("DELETE FROM ledger_checkpoint WHERE log = 1 AND size > %s", [size])
        cursor.execute("DELETE FROM ledger_cosignature WHERE log = 1 AND size > %s", [size])
        cursor.execute("DELETE FROM ledger_casehead")
        cursor.execute(
            "INSERT INTO ledger_casehead (case_ref, seq, hash) SELECT l.case_ref, l.seq, l.hash FROM ledger_leaf l"
            " WHERE l.seq = (SELECT max(m.seq) FROM ledger_leaf m WHERE m.case_ref = l.case_ref)"
        )


def test_rolled_back_we_stop(node: Path, add: Add) -> None:
    """The load-bearing one: sound in itself, but behind its witness. Start refuses, check with the witness names it."""
    for number in range(6):
        add(f"case-{number}")
        if number in (2, 5):
            publishing.publish(at=AT, close_day=False)
    rewind(3)
    assert queries.check().sound
    with pytest.raises(ProofError, match="见证方已见过 6 条"):
        witnessing.demand_not_behind()
    seen = witnessing.witness_note()
    assert seen is not None
    assert queries.check(others=[seen]).counts == {"behind": 1}
    add("case-9")
    with pytest.raises(ProofError, match="见证方已见过 6 条"):
        publishing.publish(at=AT, close_day=False)


def test_a_second_history_is_not_cosigned(node: Path, add: Add) -> None:
    """Rolled back and grown past the old size with other acts: nothing is signed; signed all the same, the witness refuses."""
    for number in range(6):
        add(f"case-{number}")
        if number in (2, 5):
            publishing.publish(at=AT, close_day=False)
    rewind(3)
    for number in range(8):
        add(f"other-{number}")
    with pytest.raises(ProofError, match="只有 3 条，见证方已见过 6 条"):
        publishing.publish(at=AT, close_day=False)
    assert not Checkpoint.objects.filter(log=1, size=11).exists()
    forked = publishing.sequencer.publish(at=AT)
    assert forked is not None
    with pytest.raises(ProofError, match="422"):
        witnessing.cosign(forked, at=AT)
    assert Checkpoint.objects.get(log=1, size=11)
    with pytest.raises(ProofError, match="分叉"):
        witnessing.demand_not_behind()
    seen = witnessing.witness_note()
    assert seen is not None
    assert "checkpoint_root" in queries.check(others=[seen]).counts


def test_unreachable(add: Add, settings: Any) -> None:
    """Without an answer the checkpoint is published and said to be unwitnessed; later it is cosigned."""
    settings.FADU_WITNESS_URL = "http://127.0.0.1:9"
    one = add()
    round_ = publishing.publish(at=AT, close_day=False)
    assert (round_.size, round_.witnesses) == (1, ())
    assert "联系不上见证方" in round_.witness_problem
    assert queries.leaf_status(one.hash).state == "signed"
    with pytest.raises(WitnessUnreachable):
        witnessing.demand_not_behind()


def test_addresses(node: Path, settings: Any) -> None:
    """The key, an unknown log, an unknown address, a body too long."""

    def get(path: str, data: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, str]:
        request = urllib.request.Request(
            f"{settings.FADU_WITNESS_URL}/{path}", data=data, headers=headers or {}
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    assert get("key")[1].startswith("witness.example+")
    assert get("00/checkpoint")[0] == 404
    assert get("nothing", b"x")[0] == 404
    assert get("add-checkpoint", b"old 0\n\nx")[0] == 400
    assert get("add-checkpoint", b"x", {"Content-Length": "99999999"})[0] == 400
