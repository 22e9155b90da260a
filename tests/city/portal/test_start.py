"""Starting a node beside its witness: one that knows more than we do stops it; one that is away stops a real system only."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fadu.city import node
from fadu.city.authority import clock
from fadu.city.ledger import identity, publishing, queries, witness_node
from fadu.city.ledger.models import Checkpoint, Cosignature
from fadu.city.ledger.publishing import WitnessUnreachable
from fadu.cli import main
from fadu.core.log.errors import ProofError
from tests.city.participation.conftest import Matter
from tests.city.portal.conftest import leaf_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def witness(settings: Any, tmp_path: Path) -> Iterator[None]:
    """A witness as the demonstration starts it, its key pinned by the city."""
    folder = tmp_path / "witness"
    signer = witness_node.load_signer(folder, "witness.demo.local")
    store = witness_node.SqliteWitnessStore(folder / "witness.sqlite3")
    watched = witness_node.watch(node.witnessed_keys(), "sha256-ed25519")
    server = witness_node.WitnessServer(("127.0.0.1", 0), store, signer, watched)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    node.trust_witness(signer.key.vkey)
    settings.FADU_WITNESS_URL = f"http://127.0.0.1:{server.server_address[1]}"
    yield
    server.shutdown()
    thread.join()
    server.server_close()
    store.close()


def start(*, demo: bool) -> list[str]:
    """The check of the start; what it said."""
    said: list[str] = []
    node._demand_not_behind(lambda what, done, total: said.append(what), demo=demo)
    return said


def test_a_witnessed_log_starts_and_receipts_say_so(
    witness: None, matter: Matter, publish: Callable[[], object]
) -> None:
    publish()
    assert identity.witness_keys() and Cosignature.objects.exists()
    assert queries.leaf_status(bytes.fromhex(leaf_of(matter.case, "draft"))).state == "witnessed"
    assert start(demo=False) == []


def test_a_database_that_lost_its_end_does_not_start(
    witness: None, matter: Matter, publish: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish()
    monkeypatch.setattr(queries, "newest_checkpoint", lambda log=None: None)
    with pytest.raises(ProofError, match="见证方已见过"):
        start(demo=True)


@pytest.mark.parametrize("once", [True, False])
def test_a_worker_alone_asks_its_witness_first(
    witness: None, matter: Matter, publish: Callable[[], object], monkeypatch: pytest.MonkeyPatch, once: bool
) -> None:
    """``fadu worker`` on a restored backup ends before its first round, with the reason and the way out."""
    publish()
    rounds: list[str] = []
    monkeypatch.setattr(node, "work_once", lambda: rounds.append("one"))
    monkeypatch.setattr(queries, "newest_checkpoint", lambda log=None: None)
    stopped = io.StringIO()
    with contextlib.redirect_stderr(stopped):
        assert main(["worker", *(["--once"] if once else [])]) == 2
    assert "见证方已见过" in stopped.getvalue()
    assert "fadu ledger recover" in stopped.getvalue()
    assert rounds == []


def test_without_its_witness_a_real_system_stops_and_a_demonstration_goes_on_and_says_so(
    matter: Matter, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.FADU_WITNESS_URL = f"http://127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setattr(node, "WITNESS_PATIENCE", 1)
        with pytest.raises(WitnessUnreachable, match="联系不上见证方"):
            start(demo=False)
        (said,) = start(demo=True)
        assert "暂无见证" in said
        done = publishing.publish(at=clock.now(), close_day=False)
    assert done.size > 0 and "联系不上" in done.witness_problem
    assert Checkpoint.objects.exists() and not Cosignature.objects.exists()


@pytest.mark.slow
def test_the_demonstration_brings_its_own_witness_and_takes_it_away(tmp_path: Path) -> None:
    """`fadu run --demo` as a visitor runs it: site, worker and witness come up together, and go together."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FADU_")}
    environment |= {"FADU_VAR": str(tmp_path / "var"), "PYTHONUTF8": "1"}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "fadu", "run", "--demo", "--port", str(port), "--workers", "1"]
    running = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert running.stdout is not None
        said = []
        for line in running.stdout:
            said.append(line)
            if "法度已启动" in line:
                break
        assert "法度已启动" in said[-1], "".join(said)
        note = _fetch(f"http://127.0.0.1:{port}/log/checkpoint")
        assert "\n— witness.demo.local " in note
        page = _fetch(f"http://127.0.0.1:{port}/trace/")
        assert "同一台机器上的另一个程序" in page and "witness.demo.local" in page
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=30)
    with pytest.raises(ProcessLookupError):
        os.killpg(running.pid, 0)


def _fetch(address: str) -> str:
    for attempt in range(40):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return str(answer.read().decode())
        except OSError:
            if attempt == 39:
                raise
            threading.Event().wait(0.25)
    return ""
