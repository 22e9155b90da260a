"""The system programs: each is there or allowed to be missing, and the throw-away servers really serve."""

from __future__ import annotations

import asyncio
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import nats
import psycopg
import pytest

from tools import need

pytestmark = pytest.mark.system


@pytest.mark.parametrize("name", [name for name, wanted in need.NEEDS.items() if not wanted.for_bench])
def test_program_is_here(name: str, program: Callable[[str], Path]) -> None:
    """A missing one fails here by name, even where no other test would have noticed."""
    assert program(name).exists()


def test_openssl_knows_commercial_cryptography(program: Callable[[str], Path]) -> None:
    """SM2 and SM3 are what the second signature suite is checked with."""
    listed = subprocess.run(
        [program("openssl"), "ecparam", "-list_curves"], capture_output=True, text=True
    ).stdout
    assert "SM2" in listed


def test_postgres_is_fresh_and_reads_chinese(postgres_url: str) -> None:
    """UTF-8 with a locale that knows letters: under LC_CTYPE C the index would hold nothing of a Chinese title."""
    with psycopg.connect(postgres_url) as connection:
        row = connection.execute("select '法' ~ '[[:alpha:]]', current_setting('server_encoding')").fetchone()
    assert row == (True, "UTF8")


def test_nats_keeps_a_message(nats_url: str) -> None:
    """JetStream acknowledges and gives back what was published."""

    async def round_trip() -> bytes:
        client = await nats.connect(nats_url)
        stream = client.jetstream()
        await stream.add_stream(name="fadu-test", subjects=["fadu.test"])
        await stream.publish("fadu.test", "收讫".encode())
        message = await stream.get_last_msg("fadu-test", "fadu.test")
        await client.close()
        return message.data or b""

    assert asyncio.run(round_trip()).decode() == "收讫"


def test_servers_listen_on_loopback_only(nats_url: str) -> None:
    """A test server is nobody else's: it answers on 127.0.0.1 and not on this machine's other addresses."""
    port = int(nats_url.rsplit(":", 1)[1])
    with socket.socket() as other:
        other.settimeout(1)
        assert other.connect_ex(("127.0.0.2", port)) != 0
