"""``fadu law check``: what a local rule or a year's calendar would change in this installation. It changes nothing.

Loading is an act of two persons, each with his own log-in and a fresh proof; a command can only be run by one who has the
machine. So the command verifies and shows, and the act stays on the page (法律文件).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fadu.city import boot
from fadu.cli._inputs import contents
from fadu.core.errors import InputError

SHOWN = 40


def register(verbs: Any, verb: Callable[..., Any]) -> None:
    """Add the verb."""
    one = verb(verbs, "check", _check, "核验一份地方规定或者工作日历：会改变什么；只看，不载入")
    one.add_argument("file", metavar="FILE", help="地方规定（TOML）或者某年的工作日历（TOML）")
    one.add_argument("--calendar", action="store_true", help="这是某年的工作日历")
    one.add_argument("--name", help="地方规定的名称；不写则用文件名")
    one.add_argument("--source", type=Path, help="地方规定所依据的规范（法库中没有的，另附 TOML）")
    one.description = (
        "与现行程序合并，逐项比较，证明全部保证仍然成立；日历则列出会变动的应办期限。"
        "不符时退出码为 2。载入须由两人分别登录，在“法律文件”页提出和确认，命令不能代替。"
    )


def read_text(name: str) -> str:
    """The text of one TOML file or of standard input."""
    if Path(name).is_dir():
        raise InputError("这是文件夹", where=name, cure="请写明其中的一个文件")
    ((_, found),) = contents([name], (".toml",))
    if isinstance(found, InputError):
        raise found
    try:
        return found.decode()
    except UnicodeDecodeError as error:
        raise InputError("文件不是 UTF-8 编码", where=name, cure="另存为 UTF-8") from error


def _check(args: argparse.Namespace) -> int:
    boot.setup()
    # Models can only be imported after boot.
    from fadu.city import wiring
    from fadu.city.authority import clock
    from fadu.city.cases.checking import lawpreview

    wiring.wire()
    text = read_text(args.file)
    if args.calendar:
        told = lawpreview.calendar(text, at=clock.now())
    else:
        source = read_text(str(args.source)) if args.source else ""
        told = lawpreview.overlay(args.name or Path(args.file).stem, text, source, on=clock.now().date())
    if args.json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    print(f"{told['title']}，自{told['start']}起。摘要值 {told['sha256'][:16]}…")
    for word, title in (("differences", "改变"), ("proved", "已证明"), ("cases", "会变动的应办期限")):
        rows = told.get(word, [])
        if rows:
            print(f"{title}（{len(rows)}）：")
        for row in rows[:SHOWN]:
            print(f"  {row if isinstance(row, str) else row['sentence']}")
        if len(rows) > SHOWN:
            print(f"  另有 {len(rows) - SHOWN} 项，见 --json")
    print(told["note"])
    return 0
