"""``fadu ledger`` as a stranger uses it, in a process of its own with a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fadu.cli import main


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An installation of its own on SQLite, with the ledger's tables."""
    made = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "FADU_VAR": str(tmp_path),
        "FADU_DEMO": "0",
        "PYTHONUTF8": "1",
    }
    made["FADU_DATABASE_URL"] = f"sqlite://{tmp_path / 'fadu.sqlite3'}"
    # The whole city's tables are not needed, and the other apps may stand or fall by themselves.
    code = (
        "from fadu.city import boot; boot.setup()\nfrom django.core.management import call_command\n"
        "call_command('migrate', verbosity=0, skip_checks=True)\n"
        "from django.db import transaction\nfrom fadu.city.ledger import acts\n"
        "from tests.city.ledger.conftest import said\n"
        "with transaction.atomic(): acts.append(**said())\n"
    )
    subprocess.run([sys.executable, "-c", code], env=made, check=True)
    return made


def fadu(env: dict[str, str], *asked: str) -> tuple[int, str, str]:
    """Run the program."""
    run = subprocess.run(
        [sys.executable, "-m", "fadu", "ledger", *asked], env=env, capture_output=True, text=True
    )
    return run.returncode, run.stdout, run.stderr


def as_json(env: dict[str, str], *asked: str) -> Any:
    """Run the program for data."""
    status, output, error = fadu(env, *asked, "--json")
    assert status in (0, 1), error
    return json.loads(output)


@pytest.mark.slow
@pytest.mark.django_db
def test_a_day_of_the_ledger(env: dict[str, str], tmp_path: Path) -> None:
    """Publish, check, export, verify the mirror; then one byte changed in the file, and check says where."""
    assert as_json(env, "check")["sound"]
    assert as_json(env, "publish")["size"] == 3
    public, entries = str(tmp_path / "public"), str(tmp_path / "entries")
    assert as_json(env, "export-tiles", public, "--entries", entries) == {"size": 3, "files": 3}
    report = as_json(env, "check", "--checkpoint", f"{public}/checkpoint", "--mirror", public)
    assert (report["sound"], report["leaves"], report["cases"], report["checkpoints"]) == (True, 3, 3, 1)
    key = as_json(env, "keys")["log"]
    assert as_json(env, "verify-mirror", public, "--entries", entries, "--log-key", key)["size"] == 3
    status, output, _ = fadu(env, "check", "--level", "1")
    assert (status, output.startswith("账本完好")) == (0, True)
    for path, was, now in (
        (tmp_path / "fadu.sqlite3", b'"draft"', b'"drAft"'),
        (tmp_path / "entries/tile/entries/000.p/3", b'"draft"', b'"drAft"'),
    ):
        data = path.read_bytes()
        assert was in data
        path.write_bytes(data.replace(was, now))
    status, output, _ = fadu(env, "check")
    assert status == 1
    assert "第一处：账本第 0 条，案件 case-1 第 1 项：条目的内容被改动" in output
    status, output, _ = fadu(env, "verify-mirror", public, "--entries", entries, "--log-key", key)
    assert (status, "第 0 条的内容与瓦片中的散列不符" in output) == (1, True)


def test_verify_receipt_needs_no_installation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is no receipt, one that is not there, and the downloaded verifier."""
    junk = tmp_path / "junk.json"
    junk.write_text("{}")
    assert main(["ledger", "verify-receipt", str(junk)]) == 2
    assert "不是法度平台的回执" in capsys.readouterr().err
    assert main(["ledger", "verify-receipt", str(tmp_path / "none.json"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "bad_log_data"
    assert main(["ledger", "verifier", str(tmp_path / "v.pyz")]) == 0
    run = subprocess.run([sys.executable, "-I", tmp_path / "v.pyz", junk], capture_output=True, text=True)
    assert run.returncode == 2


def test_witness_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The key of a witness node is made once."""
    for _ in range(2):
        assert (
            main(["ledger", "witness", "key", "--folder", str(tmp_path), "--name", "w.example", "--json"])
            == 0
        )
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == lines[1]
    assert json.loads(lines[0])["key"].startswith("w.example+")
    assert (tmp_path / "witness.ed25519").stat().st_mode & 0o777 == 0o600
