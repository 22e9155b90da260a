"""Where a bench runs: a database of its own on the disk, durable, and a statute book with the bench's procedure in it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools import postgres

HERE = Path(__file__).parent
ROOT = HERE.parent
KINDS = ("postgresql", "sqlite")


@contextlib.contextmanager
def place(kind: str) -> Iterator[dict[str, str]]:
    """The environment for programs that run in a fresh, empty, durable place of that kind; all of it gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="fadu-bench-") as name:
        folder = Path(name)
        if kind == "sqlite":
            yield environment(folder, f"sqlite://{folder / 'bench.sqlite3'}")
            return
        with postgres.throwaway(durable=True) as url:
            yield environment(folder, url)


def environment(folder: Path, url: str) -> dict[str, str]:
    """The knobs of an installation under ``folder``; the bench's procedure is added to the statute book."""
    law = folder / "law"
    shutil.copytree(
        ROOT / "src/fadu/law", law, ignore=shutil.ignore_patterns("scenarios", "demo"), dirs_exist_ok=True
    )
    shutil.copy(HERE / "twelve.toml", law / "procedures")
    given = {name: value for name, value in os.environ.items() if not name.startswith("FADU_")}
    return {
        **given,
        "FADU_VAR": str(folder / "var"),
        "FADU_LAW": str(law),
        "FADU_DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
    }


class Worker:
    """A module of ``benchmarks`` run inside the product, in a process of its own: told one line, answers one line."""

    def __init__(self, module: str, *asked: str, env: dict[str, str]) -> None:
        command = [sys.executable, "-m", "benchmarks.inside", module, *asked]
        pipe = subprocess.PIPE
        # A session of its own, as each web process has: where the kernel shares the machine out by sessions, eight
        # processes in one would get together what each of the server's gets alone.
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=pipe, stdout=pipe, text=True, start_new_session=True
        )

    def tell(self, line: str) -> None:
        """Say one line to it."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def answer(self) -> str:
        """Its next line; what it wrote to stderr has been seen already when it died."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args} ended with code {self.process.wait()}")
        return line.strip()

    def end(self) -> None:
        """Let it finish."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=60)


def once(module: str, *asked: str, env: dict[str, str]) -> str:
    """Run a module of ``benchmarks`` inside the product to its end; what it printed."""
    command = [sys.executable, "-m", "benchmarks.inside", module, *asked]
    return subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True).stdout


def together(workers: Sequence[Worker], line: str) -> list[str]:
    """Tell all of them at once and wait for every answer."""
    for worker in workers:
        worker.tell(line)
    return [worker.answer() for worker in workers]
