"""Make the environment: ``.venv`` with the pinned packages and the ``fadu`` command in it.

A second run does nothing when nothing changed. ``--extra dev`` adds what the tests and checks use, ``--extra bench``
what only the benches compare against; ``--freeze`` rewrites constraints.txt from the environment.
Standard library only; runs under any Python from 3.11.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools import need, say

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
CONSTRAINTS = ROOT / "constraints.txt"


def fingerprint(extra: str) -> str:
    """What an environment is made from: its place, its Python, the pins. Any change means it is made up to date."""
    parts = [str(ROOT), sys.version, extra, (ROOT / "pyproject.toml").read_text(), CONSTRAINTS.read_text()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def is_ready(extra: str) -> bool:
    """Whether the environment holds this set, unchanged since it was made."""
    stamp = VENV / f".fadu-{extra}"
    return (VENV / "bin" / "fadu").exists() and stamp.exists() and stamp.read_text() == fingerprint(extra)


def make_venv() -> None:
    """Create .venv unless a fitting one stands; on a Debian without python3-venv bring that first."""
    if _fits():
        return
    if importlib.util.find_spec("ensurepip") is None:
        say.line(f"{say.NOTE} 这台机器的 Python 不带 ensurepip，建环境要先有 python3-venv。")
        if not need.apt_install(["python3-venv"]):
            raise say.stop("没有 python3-venv 就建不了环境；装好后再运行一次。")
    with say.step(f"建立环境 .venv（Python {sys.version.split()[0]}）"):
        shutil.rmtree(VENV, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)


def _fits() -> bool:
    """A venv copied from another folder, or made by another Python, answers wrongly or not at all."""
    pip = VENV / "bin" / "pip"
    if not (PYTHON.exists() and pip.exists() and str(VENV) in pip.read_text().splitlines()[0]):
        return False
    ask = "import sys; print(*sys.version_info[:2])"
    answer = subprocess.run([str(PYTHON), "-c", ask], capture_output=True, text=True).stdout.split()
    return answer == [str(part) for part in sys.version_info[:2]]


def pip_install(title: str, *arguments: str) -> None:
    """Run pip, name the packages as it reaches them, and show its whole output if it fails."""
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "-c",
        str(CONSTRAINTS),
        *arguments,
    ]
    expected = len(CONSTRAINTS.read_text().splitlines())
    kept: list[str] = []
    with say.step(title) as tell:
        process = subprocess.Popen(
            command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        assert process.stdout is not None  # stdout=PIPE
        seen = 0
        for text in process.stdout:
            kept.append(text)
            if found := re.match(r"Collecting (\S+)|Requirement already satisfied: (\S+)", text):
                seen += 1
                tell(f"第 {seen} 个（清单共 {expected} 个）：{found[1] or found[2]}")
            elif text.startswith("Installing collected packages"):
                tell(f"下载完毕，正在写入 {text.count(',') + 1} 个软件包")
        if process.wait():
            say.line("".join(kept))
            raise say.stop(
                "pip 没有装好（输出见上）。常见原因是软件源不可达；恢复后重新运行即可，已下载的不会重下。"
            )


def make(extra: str) -> None:
    """Bring .venv to the pinned state for this set (``run``, ``dev`` or ``bench``)."""
    if is_ready(extra) or (extra == "run" and is_ready("dev")):
        say.line(f"{say.OK} 环境 .venv 已就绪（{extra}）")
        return
    make_venv()
    pip_install(f"安装依赖（{extra}）", "-e", "." if extra == "run" else f".[{extra}]")
    (VENV / f".fadu-{extra}").write_text(fingerprint(extra))


def freeze() -> None:
    """Rewrite constraints.txt from what the environment holds; no host, no path, no editable line."""
    command = [str(PYTHON), "-m", "pip", "freeze", "--exclude-editable"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    pins = [
        pin for pin in text.splitlines() if re.fullmatch(r"(?!pip=|setuptools=|wheel=)[\w.\-]+==\S+", pin)
    ]
    CONSTRAINTS.write_text("\n".join(pins) + "\n")
    say.line(f"{say.OK} constraints.txt：{len(pins)} 个版本")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="准备环境 .venv。")
    parser.add_argument("--extra", default="run", choices=("run", "dev", "bench"), help="装哪一组依赖")
    parser.add_argument("--freeze", action="store_true", help="按现有环境重写 constraints.txt")
    args = parser.parse_args()
    if args.freeze:
        freeze()
    else:
        make(args.extra)


if __name__ == "__main__":
    main()
