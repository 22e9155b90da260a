"""Go's x/mod/sumdb (note, tlog), which shares no code with us, opens our checkpoints and agrees with every hash and proof."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fadu.city.ledger import signers
from fadu.core.log import note, tiles, tree
from fadu.core.log.checkpoint import Checkpoint
from fadu.core.log.commitment import to_text
from fadu.core.log.suites import SHA256_ED25519
from fadu.core.log.tree import MemoryStore

pytestmark = [pytest.mark.slow, pytest.mark.system]
SUITE, ORIGIN = SHA256_ED25519, "log.example/city"


@pytest.fixture(scope="module")
def go(
    program: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Any], tuple[int, str]]:
    """``go(document)``: exit status and output of check.go."""
    folder = tmp_path_factory.mktemp("go")
    env = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": "/usr/share/gocode",
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
    }
    source = Path(__file__).with_name("check.go")
    subprocess.run([program("go"), "build", "-o", folder / "check", source], env=env, check=True, cwd=folder)

    def run(document: Any) -> tuple[int, str]:
        done = subprocess.run([folder / "check"], input=json.dumps(document), capture_output=True, text=True)
        return done.returncode, done.stdout

    return run


def document(size: int) -> dict[str, Any]:
    """A log of ``size`` entries with a signed checkpoint, every record proof, every extension and every tile."""
    entries = [f"条目{number}".encode() for number in range(size)]
    store = MemoryStore()
    store.extend(tree.append_hashes(SUITE, 0, store, [SUITE.leaf(entry) for entry in entries]))
    signer = signers.load(SUITE, ORIGIN, bytes(range(32)))
    step = max(1, size // 60)
    return {
        "vkey": signer.key.vkey,
        "checkpoint": note.sign(Checkpoint(ORIGIN, size, tree.tree_hash(SUITE, size, store)).text, signer),
        "entries": [base64.b64encode(entry).decode() for entry in entries],
        "stored": [to_text(one) for one in store],
        "records": [
            {"index": index, "proof": [to_text(one) for one in tree.prove_record(SUITE, size, index, store)]}
            for index in range(0, size, step)
        ],
        "extensions": [
            {
                "old": old,
                "oldRoot": to_text(tree.tree_hash(SUITE, old, store)),
                "proof": [to_text(one) for one in tree.prove_tree(SUITE, size, old, store)],
            }
            for old in range(1, size + 1, step)
        ],
        "tiles": {
            tile.path: base64.b64encode(tiles.read_tile(tile, store)).decode()
            for tile in tiles.tiles_of(size)
        },
    }


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 60, 255, 256, 257, 1000])
def test_go_agrees(go: Callable[[Any], tuple[int, str]], size: int) -> None:
    """Small trees whole, larger ones in steps, over the boundary of a tile."""
    asked = document(size)
    status, output = go(asked)
    assert (status, output.split()) == (
        0,
        ["ok", str(len(asked["records"])), str(len(asked["extensions"])), str(len(asked["tiles"]))],
    )


def test_go_refuses_what_we_damage(go: Callable[[Any], tuple[int, str]]) -> None:
    """The foreign verifier really checks: another entry, proof, root or signature is refused."""
    good = document(20)
    flipped = to_text(bytes(32))
    damaged: dict[str, dict[str, Any]] = {
        "store": {"entries": [base64.b64encode(b"x").decode(), *good["entries"][1:]]},
        "record": {"records": [{"index": 3, "proof": [flipped, *good["records"][3]["proof"][1:]]}]},
        "extension": {"extensions": [{**good["extensions"][6], "oldRoot": flipped}]},
        "note": {"checkpoint": good["checkpoint"].replace("\n20\n", "\n21\n")},
        "tile": {"tiles": dict.fromkeys(good["tiles"], flipped)},
    }
    assert go(good)[0] == 0
    for what, change in damaged.items():
        status, output = go({**good, **change})
        assert (status, output.split(":")[0]) == (1, what)
