"""``fadu text compare A B``: two versions by provision, or a draft beside the superior law it restates."""

from __future__ import annotations

import argparse
from pathlib import Path

from fadu.cli._inputs import documents, print_json, write_output
from fadu.core.errors import InputError
from fadu.core.text.compare import NAMES, Change, Comparison, Piece, Restated, compare, restated
from fadu.core.text.compare.html import comparison_html, restated_html
from fadu.core.text.outline import Outline, outline

_RELATIONS = {"same": "照录", "changed": "改动", "new": "自行规定"}


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = commands.add_parser(
        "compare",
        help="逐条比较两个文本：修改、移位、条序变动、拆分、合并、新增、删去",
        description="先按条款对应，再逐字比较；--html 给出可以打印的对照表，--superior 把草案与它所转述的上位法并列。",
        epilog="示例：fadu text compare 旧.docx 新.docx --html -o 对照表.html；fadu text compare 上位法.md 草案.md --superior",
    )
    parser.add_argument("old", metavar="原文本", help="较早的文本；与 --superior 同用时为上位法")
    parser.add_argument("new", metavar="新文本", help="较新的文本或者草案")
    parser.add_argument("--superior", action="store_true", help="把新文本作为草案，逐款对照它所重复的上位法")
    parser.add_argument("--changes-only", action="store_true", help="不列未改动的条款")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--html", action="store_true", help="输出可打印的对照表（一个独立的 HTML 文件）")
    shape.add_argument("--json", action="store_true", help="以 JSON 输出")
    parser.add_argument("-o", "--output", metavar="文件", help="写入文件，默认写到标准输出")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit code 2 when one of the texts could not be read."""
    read: list[Outline] = []
    for _, found in documents([args.old, args.new]):
        if isinstance(found, InputError):
            raise found
        read.append(outline(found.text))
    old, new = read
    if args.superior:
        said = _superior(args, old, new)
    else:
        said = _versions(args, compare(old, new))
    if args.output:
        write_output(args.output, said)
        print(f"已写入：{args.output}")
    elif said:
        print(said, end="")
    return 0


def _versions(args: argparse.Namespace, found: Comparison) -> str:
    everything = not args.changes_only
    if args.html:
        return comparison_html(
            found, old_name=Path(args.old).name, new_name=Path(args.new).name, everything=everything
        )
    if args.json:
        print_json(found.as_json())
        return ""
    counts = "，".join(f"{NAMES[kind]} {count}" for kind, count in found.counts().items() if count)
    lines = [f"{found.old_title or args.old} → {found.new_title or args.new}：{counts or '没有可比较的条款'}"]
    lines += [_line(change) for change in found.changes if change.kind != "same"]
    return "\n".join(lines) + "\n"


def _superior(args: argparse.Namespace, law: Outline, draft: Outline) -> str:
    found = restated(draft, law)
    if args.html:
        everything = not args.changes_only
        return restated_html(found, draft_title=draft.title, law_title=law.title, everything=everything)
    if args.json:
        print_json(
            {
                "law_title": law.title,
                "draft_title": draft.title,
                "paragraphs": [one.as_json() for one in found],
            }
        )
        return ""
    return "".join(f"{_restated_line(one)}\n" for one in found if one.kind != "same" or not args.changes_only)


def _restated_line(one: Restated) -> str:
    law = f"　上位法{one.law.where}" if one.law else ""
    return f"[{_RELATIONS[one.kind]}] {one.draft.where}{law}　{_marked(one.pieces) or one.draft.words[:40]}"


def _line(change: Change) -> str:
    old, new = ("、".join(unit.where for unit in side) for side in (change.old, change.new))
    names = "，".join(NAMES[kind] for kind in (change.kind, *change.also))
    where = f"{old} → {new}" if old and new and old != new else old or new
    words = (change.new or change.old)[0].words.replace("\n", " ")[:40]
    return f"[{names}] {where}　{_marked(change.pieces) or words}"


def _marked(pieces: tuple[Piece, ...]) -> str:
    """The redline on one line: equal runs shortened, [-taken out-], {+put in+}."""
    shown = []
    for piece in pieces:
        text = piece.text.replace("\n", " ")
        if piece.op == "=":
            shown.append(text if len(text) <= 24 else f"{text[:8]}…{text[-8:]}")
        else:
            shown.append(f"[-{text}-]" if piece.op == "-" else f"{{+{text}+}}")
    return "".join(shown)
