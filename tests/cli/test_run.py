"""``fadu run``: what stands in its way is said before anything is built."""

from __future__ import annotations

import fcntl
import socket
from pathlib import Path

import pytest

from fadu.cli import main


def test_a_port_in_use_is_said_before_anything_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FADU_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("FADU_DEMO", "1")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["run", "--demo", "--port", str(port)]) == 2
    said = capsys.readouterr().err
    assert f"127.0.0.1:{port}" in said and "已被别的程序占用" in said
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["running"]


def test_a_second_run_in_the_same_folder_names_the_address_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FADU_VAR", str(tmp_path))
    monkeypatch.setenv("FADU_DEMO", "1")
    mark = tmp_path / "running"
    mark.write_text("http://127.0.0.1:8299/\n")
    with mark.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert main(["run", "--demo", "--port", "8298"]) == 2
    assert "直接打开 http://127.0.0.1:8299/" in capsys.readouterr().err
    assert mark.read_text() == "http://127.0.0.1:8299/\n"
