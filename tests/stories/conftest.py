"""A running demonstration city, server and worker as `fadu run --demo` starts them, and a real Chromium before it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = Path(__file__).resolve().parents[2] / "build" / "pictures"
WAIT_SECONDS = 180


@dataclass
class Running:
    """Where the city answers, and the passwords it printed."""

    url: str
    passwords: dict[str, str] = field(default_factory=dict)
    var: Path = Path()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The demonstration started by the command a stranger uses, on a free port."""
    var = tmp_path_factory.mktemp("city")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("FADU_DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    }
    command = [sys.executable, "-m", "fadu", "run", "--demo", "--port", str(port), "--workers", "1"]
    with (var / "log").open("w+") as log:
        process = subprocess.Popen(
            command,
            env=environment | {"FADU_VAR": str(var), "PYTHONUNBUFFERED": "1"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            said = _wait(process, var / "log", f"http://127.0.0.1:{port}/")
            yield Running(f"http://127.0.0.1:{port}", _passwords(said), var)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait(process: subprocess.Popen[bytes], log: Path, url: str) -> str:
    for _ in range(WAIT_SECONDS * 4):
        said = log.read_text(encoding="utf-8")
        if process.poll() is not None:
            raise RuntimeError(f"the city did not start:\n{said}")
        if url in said and _answers(url):
            return said
        time.sleep(0.25)
    raise RuntimeError(f"no answer after {WAIT_SECONDS} s:\n{log.read_text(encoding='utf-8')}")


def _answers(url: str) -> bool:
    host, port = url.removeprefix("http://").rstrip("/").split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def _passwords(said: str) -> dict[str, str]:
    return {found[1]: found[2] for found in re.finditer(r"^  ([a-z_]+)\s+(\S{12})   ", said, re.MULTILINE)}


@pytest.fixture(scope="session")
def chromium(program: Callable[[str], str]) -> Iterator[Browser]:
    """A real Chromium of the system; a missing one is named."""
    path = program("chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, running: Running) -> Iterator[Callable[..., Page]]:
    """Open a page as a persona ("" for nobody) at a width; ``script=False`` is a browser without JavaScript."""
    contexts: list[Any] = []

    def open_page(persona: str, path: str = "/", *, width: int = 1440, script: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, locale="zh-CN", java_script_enabled=script
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto(running.url + "/")
        if persona:
            if script:
                with page.expect_navigation():
                    page.select_option("#demo-who", persona)
            else:
                page.select_option("#demo-who", persona)
                page.click("text=换身份")
        page.goto(running.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
