"""What the text commands share: files or standard input, read one after the other, with progress on many."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fadu.core.errors import InputError
from fadu.core.text.document import Document
from fadu.core.text.readers import SUFFIXES, read

_MANY = 20


def add_files(parser: argparse.ArgumentParser) -> None:
    """The arguments ``FILE…`` and ``--json``."""
    parser.add_argument(
        "files", nargs="+", metavar="文件", help="txt、md、html、docx、pdf，文件夹，或者 -（标准输入）"
    )
    parser.add_argument("--json", action="store_true", help="以 JSON 输出，每个文件一行")


def documents(names: list[str]) -> Iterator[tuple[str, Document | InputError]]:
    """Each file read, or the error that says why it could not be: one bad file never hides the others."""
    paths = list(_paths(names))
    for index, path in enumerate(paths):
        progress(index, len(paths))
        try:
            if path is None:
                yield "-", read(sys.stdin.buffer.read(), name="-")
            else:
                yield str(path), read(path)
        except InputError as error:
            yield str(path or "-"), error
        except OSError as error:
            missing = isinstance(error, FileNotFoundError)
            yield (
                str(path),
                InputError(
                    "找不到文件" if missing else "无法打开文件",
                    where=str(path),
                    why="" if missing else error.strerror or "",
                    cure="请检查文件名和目录" if missing else "请检查文件的权限",
                ),
            )
    progress(len(paths), len(paths))


def _paths(names: list[str]) -> Iterator[Path | None]:
    for name in names:
        path = Path(name)
        if name == "-":
            yield None
        elif path.is_dir():
            inside = sorted(
                found for found in path.rglob("*") if found.suffix.lower() in SUFFIXES and found.is_file()
            )
            if not inside:
                raise InputError(
                    "文件夹中没有可读的文件",
                    where=name,
                    why=f"只读取扩展名为 {'、'.join(SUFFIXES)} 的文件",
                    cure="请检查文件夹，或者直接写明文件",
                )
            yield from inside
        else:
            yield path


def progress(done: int, total: int, what: str = "已处理") -> None:
    """One line on standard error that is rewritten, only where a person watches and there is much to do."""
    if total >= _MANY and sys.stderr.isatty() and (done % 10 == 0 or done == total):
        print(f"\r{what} {done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)


def write_output(path: str | Path, content: str | bytes) -> None:
    """Write a result to the file asked for; a place that cannot be written is a wrong input, told as one."""
    target = Path(path)
    try:
        if isinstance(content, bytes):
            target.write_bytes(content)
        else:
            target.write_text(content, encoding="utf-8")
    except OSError as error:
        folder = target.parent
        raise InputError(
            "无法写入文件",
            where=str(target),
            why="" if folder.is_dir() else f"没有文件夹 {folder}",
            cure="请检查输出的位置和权限" if folder.is_dir() else "请先建立文件夹，或者换一个位置",
        ) from error


def failed(args: argparse.Namespace, name: str, error: InputError) -> None:
    """Report one unreadable file and go on."""
    if args.json:
        print_json({"file": name, "error": error.as_json()})
    print(error, file=sys.stderr)


def print_json(shape: dict[str, Any]) -> None:
    """One JSON object on one line."""
    print(json.dumps(shape, ensure_ascii=False))
