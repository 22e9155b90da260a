"""A throw-away NATS server with JetStream, for the exchange between nodes: loopback, a free port, a temporary folder.

``python -m tools.nats -- COMMAND …`` runs the command with ``FADU_NATS_URL`` set; in Python ``with throwaway() as url``.
Debian's 2.9 cannot sync on acknowledgement: good for tests, not for production. Standard library only.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools import need, say
from tools.postgres import free_port

START_SECONDS = 15


@contextmanager
def throwaway() -> Iterator[str]:
    """Start a server, yield its URL, stop it and delete its store. SystemExit with its own words if it does not start."""
    program = need.NEEDS["nats"].find()
    if program is None:
        raise say.stop("没有 nats-server；请运行 make need，或请管理员安装 nats-server。")
    folder, port = Path(tempfile.mkdtemp(prefix="fadu-nats-")), free_port()
    log = folder / "log"
    try:
        command = [program, "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", folder / "store", "-l", log]
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(server, port, log)
            yield f"nats://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=30)
    finally:
        shutil.rmtree(folder)


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as greeting:
                if greeting.recv(4) == b"INFO":
                    return
        except OSError:
            pass  # not listening yet
        if server.poll() is not None or time.monotonic() > until:
            words = log.read_text(errors="replace") if log.exists() else ""
            raise say.stop(f"nats-server 没有起来：\n{words}")
        time.sleep(0.05)


def main() -> int:
    """Run a command beside a throw-away server; its exit code is ours."""
    parser = argparse.ArgumentParser(description="在一次性的 NATS 旁运行命令。")
    parser.add_argument("command", nargs="+", help="要运行的命令；环境变量 FADU_NATS_URL 指向该服务器")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: exit(143))
    with throwaway() as url:
        return subprocess.run(args.command, env={**os.environ, "FADU_NATS_URL": url}).returncode


if __name__ == "__main__":
    raise SystemExit(main())
