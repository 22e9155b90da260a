"""``fadu text outline FILE…``: the structure of legal texts."""

from __future__ import annotations

import argparse

from fadu.cli._inputs import add_files, documents, failed, print_json
from fadu.core.errors import InputError
from fadu.core.text.outline import Node, Outline, outline


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = commands.add_parser(
        "outline",
        help="读出编、章、节、条、款、项、目，题注、附件、落款和序号问题",
        description="可读 txt、md、html、docx 和带文字的 pdf；重号、缺号按原样保留并指出，读不出的部分予以说明，不作猜测。",
        epilog="示例：fadu text outline 办法.docx；fadu text outline --json laws/*.md",
    )
    add_files(parser)
    parser.add_argument("--tree", action="store_true", help="逐级列出全部结构")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit code 2 when a file could not be read."""
    status = 0
    for name, found in documents(args.files):
        if isinstance(found, InputError):
            failed(args, name, found)
            status = 2
            continue
        read = outline(found.text)
        warnings = [{"code": caveat.code, "sentence": caveat.sentence} for caveat in found.warnings]
        if args.json:
            print_json({"file": name} | read.as_json() | {"warnings": warnings})
        else:
            _show(name, read, [caveat.sentence for caveat in found.warnings], args.tree)
    return status


def _show(name: str, read: Outline, warnings: list[str], tree: bool) -> None:
    print(f"{read.title or '（无标题）'}　〔{name}〕")
    for label, value in (("副题", read.subtitle), ("文号", read.number), ("发布机关", read.issuer)):
        if value:
            print(f"  {label}：{value}")
    for event in read.dates:
        print(f"  {event.kind}：{event.date or '（未载明日期）'} {event.by} {event.number}".rstrip())
    print("  " + "　".join(f"{kind} {count}" for kind, count in read.counts().items() if count))
    for annex in read.annexes:
        print(f"  附件：{annex.label}{annex.title}")
    if tree:
        for node in read.nodes:
            _tree(read.text, node, 1)
    for issue in read.issues:
        print(f"  注意：{issue.sentence}（第 {issue.start} 字处）")
    for warning in warnings:
        print(f"  注意：{warning}")


def _tree(text: str, node: Node, depth: int) -> None:
    words = " ".join(text[node.body : node.end].split())
    print("  " * depth + f"{node.kind} {node.label} {words[:36]}{'…' if len(words) > 36 else ''}")
    for child in node.children:
        _tree(text, child, depth + 1)
