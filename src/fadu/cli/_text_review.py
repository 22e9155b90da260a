"""``fadu text review FILE…``: what a legality reviewer would question in a draft."""

from __future__ import annotations

import argparse
from importlib.resources import files
from pathlib import Path

from fadu.cli._inputs import add_files, documents, failed, print_json
from fadu.cli._text_cite import add_library, open_library
from fadu.core.errors import InputError
from fadu.core.text.outline import outline
from fadu.core.text.review import KINDS, LEVELS, SEVERITIES, Book, Finding, level_of, load, review


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = commands.add_parser(
        "review",
        help="合法性审查：设定处罚、许可、强制、收费，减损权利，地方保护，指定经营，证明，失效依据，文字差错",
        description="逐条给出位置、原文、类别、理由、依据和改法。规则未在标注文本上证实的，只作提示；结论由审查人作出。"
        "不写 --as 时按标题和文号判断，判断不出的按规范性文件审查。",
        epilog="示例：fadu text review 通告.docx --as 规范性文件 --library 法规库/；fadu text review --json - < 草案.txt",
    )
    add_files(parser)
    parser.add_argument("--as", dest="level", choices=LEVELS, help="文件的层级：决定它可以规定什么")
    add_library(parser)
    parser.add_argument("--no-hints", action="store_true", help="不列提示")
    parser.add_argument("--rules", action="store_true", help="另列各规则的依据、例子数和证实情况")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit code 2 when a file could not be read; findings do not change the code."""
    book = load(Path(str(files("fadu") / "law")))
    library = open_library(args)
    if args.rules and not args.json:
        _rules(book)
    status = 0
    for name, found in documents(args.files):
        if isinstance(found, InputError):
            failed(args, name, found)
            status = 2
            continue
        read = outline(found.text)
        level = args.level or level_of(read)
        findings = review(read, book, level=level, library=library)
        if args.no_hints:
            findings = [one for one in findings if one.severity != "hint"]
        if args.json:
            shown = {"file": name, "title": read.title, "level": level}
            warnings = [{"code": caveat.code, "sentence": caveat.sentence} for caveat in found.warnings]
            print_json(shown | {"findings": [one.as_json() for one in findings], "warnings": warnings})
        else:
            _show(name, level, findings, book)
            for caveat in found.warnings:
                print(f"  注意：{caveat.sentence}")
    return status


def _show(name: str, level: str, findings: list[Finding], book: Book) -> None:
    print(f"{name}（按{level}审查）：{len(findings)} 处")
    for one in findings:
        rule = book.rule(one.rule)
        print(f"  [{SEVERITIES[one.severity]}] {one.where or '全文'}　{KINDS[one.kind]}：{rule.title}")
        print(f"      “{one.quote}”（第 {one.start}–{one.end} 字）")
        print(f"      理由：{one.reason}")
        print(f"      依据：{one.basis}")
        if one.beside:
            print(f"      对照：{one.beside}")
        print(f"      改法：{one.cure}")


def _rules(book: Book) -> None:
    for rule in book.rules:
        proof = f"标注命中 {rule.hits}，正确 {rule.right}" if rule.hits else "没有标注命中"
        proof += f"；未证实：{rule.doubt}" if rule.doubt else ""
        print(
            f"{rule.name}　{KINDS[rule.kind]}：{rule.title}　{SEVERITIES[rule.shown]}（{proof}）　{rule.basis}"
        )
