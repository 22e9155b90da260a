"""The programs from outside Python that the tests use: what each proves, how it is found, which Debian package brings it.

``python -m tools.need`` names what is there and what is missing; ``--install`` brings the missing ones by apt-get
where this account may (root, or sudo). What stays missing is named; its tests fail unless ``ALLOW_MISSING`` lists it.
Standard library only: it runs before the environment exists.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tools import say

ROOT = Path(__file__).resolve().parents[1]
MINER, MINER_PINS = ROOT / ".venv-pm4py", ROOT / "tools" / "pm4py.txt"
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


def _program(*names: str) -> Callable[[], Path | None]:
    """A finder: the first of these programs on PATH or in the system folders an ordinary user's PATH leaves out."""
    where = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])

    def find() -> Path | None:
        found = (shutil.which(name, path=where) for name in names)
        return next((Path(path) for path in found if path), None)

    return find


def _postgres() -> Path | None:
    """The newest PostgreSQL server: Debian keeps its programs out of PATH, one folder a version."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = debian[-1] if debian else _program("initdb")()
    return found.resolve().parent if found else None


def _chromium() -> Path | None:
    """Chromium, and the library that Playwright's driver is linked with, which the smallest Debian leaves out."""
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        return None
    return _program("chromium", "chromium-browser")()


def _go() -> Path | None:
    """The Go compiler together with Debian's copy of golang.org/x/mod (the reference for notes and logs)."""
    module = Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/note/note.go")
    return _program("go")() if module.is_file() else None


def _miner() -> Path | None:
    """A Python that has pm4py: the one named in FADU_PM4PY_PYTHON, else that of the environment made for it here."""
    named = os.environ.get("FADU_PM4PY_PYTHON")
    python = Path(named) if named else MINER / "bin" / "python"
    return python if named or (MINER / ".complete").exists() else None


def make_miner() -> None:
    """Install pm4py into an environment of its own: it is AGPL, so Fadu neither contains nor imports it."""
    with say.step("为 pm4py 建立单独的环境 .venv-pm4py（约 550 MB）"):
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(MINER)], check=True)
        pip = [
            str(MINER / "bin" / "pip"),
            "install",
            "-q",
            "--disable-pip-version-check",
            "-r",
            str(MINER_PINS),
        ]
        if subprocess.run(pip, stdin=subprocess.DEVNULL).returncode == 0:
            (MINER / ".complete").touch()


def _fonts() -> Path | None:
    """Simplified 仿宋, 楷体 and 标宋 (Fandol) beside the wide fallback Noto CJK: the free substitutes of GB/T 9704."""
    folders = [Path(name).expanduser() for name in (*FONT_FOLDERS, os.environ.get("FADU_FONTS", "")) if name]
    fandol, noto = (
        next((found for folder in folders for found in folder.rglob(pattern)), None)
        for pattern in ("FandolFang-Regular.otf", "NotoSansCJK-*")
    )
    return fandol.parent if fandol and noto else None


@dataclass(frozen=True)
class Need:
    """One program: its name in ALLOW_MISSING, what it proves, its Debian packages, how it is found, and the script that
    takes the rest out of a Debian package where installing the whole would be too much. ``make``: what brings it when it is
    no Debian package. ``for_bench``: only `make bench`
    installs it (it is large); a test that finds it uses it."""

    name: str
    proves: str
    packages: tuple[str, ...]
    find: Callable[[], Path | None]
    script: str = ""
    make: Callable[[], None] | None = None
    for_bench: bool = False


NEEDS = {
    need.name: need
    for need in (
        Need("postgres", "整套测试在 PostgreSQL 上再跑一遍", ("postgresql",), _postgres),
        Need("chromium", "真实浏览器走完十条旅程", ("chromium", "libatomic1"), _chromium),
        Need(
            "go",
            "以 Go 的 x/mod 复核检查点与存在性证明",
            ("golang-go", "golang-golang-x-mod-dev"),
            _go,
        ),
        Need("poppler", "量取生成的 PDF（pdftotext、pdftoppm）", ("poppler-utils",), _program("pdftotext")),
        Need("openssl", "以 openssl 复核签名（含 SM2）", ("openssl",), _program("openssl")),
        Need("nats", "节点间交换走真实的 NATS JetStream", ("nats-server",), _program("nats-server")),
        Need("fonts", "公文版式所用的简体字体", ("fonts-noto-cjk",), _fonts, script="scripts/fonts.sh"),
        Need("pm4py", "由独立的过程挖掘程序读取事件日志", (), _miner, make=make_miner),
        Need(
            "libreoffice",
            "排版测速的基准，并由它复核所生成的 docx",
            ("libreoffice-writer-nogui",),
            _program("soffice"),
            for_bench=True,
        ),
    )
}


def allowed_missing() -> frozenset[str]:
    """The names in ``ALLOW_MISSING`` (commas or spaces); a name that is not in the table stops with a sentence."""
    names = frozenset(os.environ.get("ALLOW_MISSING", "").replace(",", " ").split())
    if unknown := names - NEEDS.keys():
        raise say.stop(
            f"ALLOW_MISSING 中的 {'、'.join(sorted(unknown))} 不在清单内；可写：{'、'.join(NEEDS)}。"
        )
    return names


def root_prefix() -> list[str] | None:
    """What to write before apt-get: nothing as root, sudo where it needs no password or can ask for one; None: not permitted."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    quiet = (
        subprocess.run(["sudo", "-n", "true"], stdin=subprocess.DEVNULL, capture_output=True).returncode == 0
    )
    return ["sudo", "-n"] if quiet else ["sudo"] if sys.stdin.isatty() else None


def apt_install(packages: Iterable[str]) -> bool:
    """Install Debian packages without questions; say why where it cannot. True when apt-get reports success."""
    packages, prefix = list(packages), root_prefix()
    command = f"apt-get install {' '.join(packages)}"
    if not shutil.which("apt-get"):
        say.line(f"{say.NOTE} 本机没有 apt-get；请用本机的包管理器安装相当于 {' '.join(packages)} 的软件包。")
        return False
    if prefix is None:
        say.line(f"{say.NOTE} 无权安装（既非 root，也没有可用的 sudo）；请管理员执行：{command}")
        return False
    run = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    with say.step("更新软件包目录（apt-get update）"):
        if subprocess.run([*run, "update"], stdin=subprocess.DEVNULL).returncode:
            say.line(f"{say.NOTE} 目录更新有误（见上），仍按已有目录尝试安装。")
    with say.step(f"安装 {' '.join(packages)}"):
        options = ["install", "-y", "--no-install-recommends"]
        done = subprocess.run([*run, *options, *packages], stdin=subprocess.DEVNULL).returncode == 0
    if not done:
        say.line(f"{say.BAD} apt-get 未能安装（见上）；可稍后手工执行：{command}")
    return done


def install(needs: Iterable[Need]) -> None:
    """Bring what is missing: all Debian packages in one go, then the rest. What fails is said; the tests will tell."""
    needs = list(needs)
    packages = [package for need in needs for package in need.packages]
    permitted = not packages or apt_install(packages)
    prefix = root_prefix()
    for need in needs:
        if need.script and permitted and need.find() is None and prefix is not None:
            with say.step(f"运行 {need.script}"):
                subprocess.run([*prefix, "sh", str(ROOT / need.script)], stdin=subprocess.DEVNULL)
        if need.make:
            need.make()


def main() -> int:
    """Name every need; 1 when one is missing that ALLOW_MISSING does not list (0 with --install: the tests will say so)."""
    parser = argparse.ArgumentParser(description="测试所需的系统程序：查明、安装、点名。")
    parser.add_argument("--install", action="store_true", help="缺的用 apt-get 装上（须 root 或 sudo）")
    parser.add_argument("--bench", action="store_true", help="连同只有测速才用到的")
    args = parser.parse_args()
    asked = [need for need in NEEDS.values() if args.bench or not need.for_bench]
    allowed = allowed_missing()
    wanted = [need for need in asked if need.find() is None and need.name not in allowed]
    if args.install and wanted:
        install(wanted)
    for need in asked:
        found = need.find()
        mark = say.OK if found else say.NOTE if need.name in allowed else say.BAD
        where = found or (
            "缺，已由 ALLOW_MISSING 允许，相关测试跳过" if need.name in allowed else "缺，相关测试将失败"
        )
        say.line(f"{mark} {need.name:<11} {need.proves}：{where}")
    still = any(need.find() is None and need.name not in allowed for need in asked)
    return 1 if still and not args.install else 0


if __name__ == "__main__":
    raise SystemExit(main())
