"""What the text commands share: files or standard input, read one after the other, with progress on many."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from fadu.core.errors import InputError
from fadu.core.text.document import Document
from fadu.core.text.readers import SUFFIXES, read

_MANY = 20
_Taken = TypeVar("_Taken")


def add_files(parser: argparse.ArgumentParser) -> None:
    """The arguments ``FILE…`` and ``--json``."""
    parser.add_argument(
        "files", nargs="+", metavar="文件", help="txt、md、html、docx、pdf，文件夹，或者 -（标准输入）"
    )
    parser.add_argument("--json", action="store_true", help="以 JSON 输出，每个文件一行")


def documents(names: list[str]) -> Iterator[tuple[str, Document | InputError]]:
    """Each file read, or the error that says why it could not be: one bad file never hides the others."""
    return _each(
        names, SUFFIXES, lambda path: read(path or sys.stdin.buffer.read(), name="" if path else "-")
    )


def contents(names: list[str], suffixes: tuple[str, ...]) -> Iterator[tuple[str, bytes | InputError]]:
    """The bytes of each file, for what is no text (PDF to be measured, XML); else as :func:`documents`."""
    return _each(names, suffixes, lambda path: path.read_bytes() if path else sys.stdin.buffer.read())


def _each(
    names: list[str], suffixes: tuple[str, ...], take: Callable[[Path | None], _Taken]
) -> Iterator[tuple[str, _Taken | InputError]]:
    if names.count("-") > 1:
        raise InputError("标准输入（-）只能读一次", where="-", cure="其余的文本请写文件名")
    paths = list(_paths(names, suffixes))
    for index, path in enumerate(paths):
        progress(index, len(paths))
        try:
            yield str(path or "-"), take(path)
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


def _paths(names: list[str], suffixes: tuple[str, ...]) -> Iterator[Path | None]:
    for name in names:
        path = Path(name)
        if name == "-":
            yield None
        elif path.is_dir():
            inside = sorted(
                found for found in path.rglob("*") if found.suffix.lower() in suffixes and found.is_file()
            )
            if not inside:
                raise InputError(
                    "文件夹中没有可读的文件",
                    where=name,
                    why=f"只读取扩展名为 {'、'.join(suffixes)} 的文件",
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


def outputs(names: list[str], output: str, suffix: str) -> Callable[[str], Path]:
    """Where the result of each input goes: the file asked for, or, when there are several inputs, a folder in which each
    result bears the name of its input (``suffix`` behind it). Two inputs of one name would overwrite each other: refused."""
    target = Path(output)
    if len(names) == 1 and not Path(names[0]).is_dir() and not target.is_dir():
        return lambda name: target
    if not target.is_dir():
        raise InputError(
            "有多个文件，输出处须是已有的文件夹", where=output, cure="先建立文件夹，再写作 -o 文件夹"
        )
    taken: set[Path] = set()

    def place(name: str) -> Path:
        found = target / f"{'标准输入' if name == '-' else Path(name).stem}{suffix}"
        if found in taken:
            raise InputError("两个文件同名，结果会互相覆盖", where=str(found), cure="改名后分别处理")
        taken.add(found)
        return found

    return place


def failed(args: argparse.Namespace, name: str, error: InputError) -> None:
    """Report one unreadable file and go on."""
    if args.json:
        print_json({"file": name, "error": error.as_json()})
    print(error if error.where else f"{name}：{error}", file=sys.stderr)


def print_json(shape: dict[str, Any]) -> None:
    """One JSON object on one line."""
    print(json.dumps(shape, ensure_ascii=False))
