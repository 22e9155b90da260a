"""``fadu text cite FILE…``: what a legal text cites, and whether it exists."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from datetime import date
from pathlib import Path

from fadu.cli._inputs import add_files, documents, failed, print_json, progress
from fadu.core.errors import InputError
from fadu.core.text.citations import Citation, cite
from fadu.core.text.library import Library, Resolution, resolve
from fadu.core.text.outline import outline


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = commands.add_parser(
        "cite",
        help="找出对法律、法规、文号、令和条款项的引用，并核对是否存在、是否已废止",
        description="每处引用给出位置、原文和所指的条款；指定 --library 时，不存在的条款、库中没有的和已废止的文件都会指明。",
        epilog="示例：fadu text cite 草案.docx --library 法规库/；fadu text cite --json - < 草案.txt",
    )
    add_files(parser)
    add_library(parser)
    parser.add_argument(
        "--on", metavar="日期", help="按该日有效的版本核对，并说明其后的修改、废止，例如 2026-08-05"
    )
    parser.add_argument("--problems", action="store_true", help="只列有问题的引用")
    parser.set_defaults(run=run)


def add_library(parser: argparse.ArgumentParser) -> None:
    """The arguments ``--library`` and ``--store``."""
    parser.add_argument(
        "--library", type=Path, metavar="目录", help="法规库：任何存放法规文本的目录，首次使用时建立索引"
    )
    parser.add_argument(
        "--store", type=Path, metavar="文件", help="法规库索引的存放位置（默认在用户缓存目录）"
    )


def open_library(args: argparse.Namespace) -> Library | None:
    """The library asked for, brought up to date; ``None`` when none is asked for."""
    if args.library is None:
        return None
    library = Library(args.store or _default_store(args.library))
    done = library.index(args.library, progress=lambda count, total: progress(count, total, "法规库索引"))
    for path, problem in done.failed:
        print(f"法规库中未能读取：{path}（{problem}）", file=sys.stderr)
    return library


def _default_store(folder: Path) -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return (
        cache / "fadu" / f"library-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]}.sqlite"
    )


def run(args: argparse.Namespace) -> int:
    """Exit code 2 when a file could not be read."""
    on, library = _day(args), open_library(args)
    status = 0
    for name, found in documents(args.files):
        if isinstance(found, InputError):
            failed(args, name, found)
            status = 2
            continue
        structure = outline(found.text)
        citations = cite(found.text, structure)
        answers: dict[int, list[Resolution]] = {}
        for answer in resolve(structure, citations, library, on=on):
            answers.setdefault(id(answer.citation), []).append(answer)
        if args.json:
            shown = [
                citation.as_json() | {"resolutions": _answers(answers.get(id(citation), []))}
                for citation in citations
            ]
            print_json({"file": name, "title": structure.title, "citations": shown})
        else:
            _show(name, citations, answers, args.problems)
    return status


def _day(args: argparse.Namespace) -> date | None:
    if args.on is None:
        return None
    try:
        on = date.fromisoformat(args.on)
    except ValueError as error:
        raise InputError(f"“{args.on}”不是日期", where="--on", cure="例如：2026-08-05") from error
    if args.library is None:
        raise InputError(
            "--on 须与 --library 同用", where="--on", why="版本要从法规库中查", cure="加上 --library 目录"
        )
    return on


def _answers(answers: list[Resolution]) -> list[dict[str, str]]:
    return [
        {
            "status": answer.status,
            "sentence": answer.sentence,
            "work": answer.work.title if answer.work else "",
            "path": str(answer.work.path) if answer.work else "",
            "version": answer.work.date if answer.work else "",
            "since": answer.since,
        }
        for answer in answers
    ]


def _show(
    name: str, citations: list[Citation], answers: dict[int, list[Resolution]], only_problems: bool
) -> None:
    print(f"{name}：{len(citations)} 处引用")
    for citation in citations:
        told = answers.get(id(citation), [])
        said = list(dict.fromkeys(answer.sentence for answer in told if answer.sentence))
        since = list(dict.fromkeys(answer.since for answer in told if answer.since))
        if said or since or not only_problems:
            print(
                f"  {citation.start}–{citation.end}　{citation.text}"
                + (f"　✗ {'；'.join(said)}" if said else "")
                + (f"　！{'；'.join(since)}" if since else "")
            )
