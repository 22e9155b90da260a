"""A throw-away PostgreSQL: a cluster of its own in a temporary folder, gone when the work is done.

``python -m tools.postgres -- COMMAND …`` runs the command with ``FADU_DATABASE_URL`` set; in Python
``with throwaway() as url``. It works as root too: PostgreSQL refuses to run as root, so its processes run as the
``postgres`` user that Debian's package makes. Standard library only.
"""

from __future__ import annotations

import argparse
import os
import pwd
import secrets
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

COMMON = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    "max_connections": "100",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_min_messages": "warning",
}
# What a test may give up: its data are thrown away, so nothing needs to survive a power cut.
FOR_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# What a bench may not: an acknowledged commit is on the disk.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
START_SECONDS = 30


class Cluster:
    """One cluster in one folder: made, started, stopped; deleting the folder is the caller's."""

    def __init__(self, folder: Path, *, settings: dict[str, str]) -> None:
        programs = need.NEEDS["postgres"].find()
        if programs is None:
            raise say.stop("没有 PostgreSQL 服务器程序；请运行 make need，或请管理员安装 postgresql。")
        self.programs, self.folder, self.settings = programs, folder, settings
        self.port, self.password = free_port(), secrets.token_hex(16)
        self.as_user: dict[str, object] = {}
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
            self.as_user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}

    @property
    def url(self) -> str:
        """The address for FADU_DATABASE_URL; its user may create databases."""
        return f"postgres://postgres:{self.password}@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        """Run initdb, with a password for the one user (other accounts of this machine can reach loopback)."""
        secret = self.folder / "password"
        secret.write_text(self.password)
        secret.chmod(0o644)  # the folder itself is open to its owner only
        # A UTF-8 locale: with LC_CTYPE C the server makes no trigrams of Chinese.
        options = ["-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "scram-sha-256", "--no-sync"]
        command = [self.programs / "initdb", "-D", self.folder / "data", f"--pwfile={secret}", *options]
        made = subprocess.run(command, capture_output=True, text=True, cwd=self.folder, **self.as_user)
        secret.unlink()
        if made.returncode:
            raise say.stop(f"initdb 失败：\n{made.stdout}{made.stderr}")

    def start(self) -> None:
        """Start the server as a child of this process and wait until it answers."""
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        command = [self.programs / "postgres", "-D", self.folder / "data", "-p", str(self.port), *options]
        log = self.folder / "log"
        with log.open("wb") as words:
            self.server = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=words, stderr=words, cwd=self.folder, **self.as_user
            )
        ask = [self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        until = time.monotonic() + START_SECONDS
        while subprocess.run(ask).returncode:
            if self.server.poll() is not None or time.monotonic() > until:
                raise say.stop(f"PostgreSQL 没有起来：\n{log.read_text(errors='replace')}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End the server: at once, for nothing in it is kept."""
        self.server.send_signal(signal.SIGQUIT)
        self.server.wait(timeout=60)


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def throwaway(*, durable: bool = False) -> Iterator[str]:
    """Start a cluster on loopback, yield its URL, stop and delete it.

    ``durable`` keeps fsync on (benches); the default is quick and forgets everything at a power cut (tests).
    Raises SystemExit with the server's own words when it does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="fadu-postgres-"))
    try:
        cluster = Cluster(folder, settings={**COMMON, **(DURABLE if durable else FOR_TESTS)})
        cluster.make()
        cluster.start()
        try:
            yield cluster.url
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder)


def main() -> int:
    """Run a command beside a throw-away cluster; its exit code is ours."""
    parser = argparse.ArgumentParser(description="在一次性的 PostgreSQL 旁运行命令。")
    parser.add_argument("--durable", action="store_true", help="提交即落盘（测速用）")
    parser.add_argument("command", nargs="+", help="要运行的命令；环境变量 FADU_DATABASE_URL 指向该数据库")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: exit(143))  # so that the cluster is stopped and deleted then too
    with throwaway(durable=args.durable) as url:
        return subprocess.run(args.command, env={**os.environ, "FADU_DATABASE_URL": url}).returncode


if __name__ == "__main__":
    raise SystemExit(main())
