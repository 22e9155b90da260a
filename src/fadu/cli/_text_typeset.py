"""``fadu text typeset FILE -o X``: official layout; ``fadu text measure X.pdf``: what departs from it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import get_args

from fadu.cli._inputs import contents, documents, failed, outputs, print_json, write_output
from fadu.core.errors import InputError
from fadu.core.text.typeset import Form, OfficialDocument, Seal, find_fonts, typeset, typeset_docx
from fadu.core.text.typeset.measure import Report, measure
from fadu.core.text.typeset.measure.archival import NOTE

_PARTS = {
    "organ": "发文机关全称",
    "mark": "发文机关标志（默认：机关名称加“文件”）",
    "number": "发文字号，如“临政发〔2026〕8号”",
    "title": "标题",
    "to": "主送机关",
    "copies": "抄送机关",
    "printed_by": "印发机关",
    "secrecy": "密级和保密期限，如“机密★1年”",
    "urgency": "紧急程度：特急、加急",
    "serial": "份号，6位数字",
    "note": "附注，不带括号",
    "banner": "页眉上方的小字，如“演示时间”",
}


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add both subcommands."""
    setting = commands.add_parser(
        "typeset",
        help="按 GB/T 9704-2012 排成公文（PDF/A-2b 或 docx）",
        description="文稿为 txt、md、docx 等；机关、文号、标题、主送、附件、落款、抄送等要素从文稿中识别，也可用选项写明。",
        epilog="示例：fadu text typeset 通知.md -o 通知.pdf；fadu text typeset 函.md --form letter -o 函.docx；"
        "fadu text typeset 文稿/ -o 成文/ --to-format docx",
    )
    setting.add_argument("files", nargs="+", metavar="文件", help="文稿，文件夹，或者 -（标准输入）")
    setting.add_argument(
        "-o", "--output", required=True, metavar="文件", help="X.pdf 或者 X.docx；有多个文稿时为文件夹"
    )
    setting.add_argument(
        "--to-format", choices=("pdf", "docx"), default="pdf", help="输出到文件夹时的格式（默认 pdf）"
    )
    setting.add_argument(
        "--form", choices=get_args(Form), default="document", help="公文、信函、命令（令）、纪要"
    )
    setting.add_argument("--seal", choices=get_args(Seal), help="加盖印章、不加盖印章、签名章")
    setting.add_argument("--signed-by", nargs=2, metavar=("职务", "姓名"), help="签名章的职务和姓名")
    for name, meaning in _PARTS.items():
        setting.add_argument(f"--{name.replace('_', '-')}", metavar="…", help=meaning)
    setting.add_argument("--json", action="store_true", help="以 JSON 输出结果")
    setting.set_defaults(run=_typeset)

    measuring = commands.add_parser(
        "measure",
        help="量取 PDF 与 GB/T 9704-2012 的偏差（毫米）",
        description="量取版心、行距、字数、字体、各要素的位置，逐项说明与标准相差多少毫米。",
        epilog="示例：fadu text measure 通知.pdf。退出码：0 无偏差，1 有偏差，2 无法量取。",
    )
    measuring.add_argument("files", nargs="+", metavar="文件", help="PDF，文件夹，或者 -（标准输入）")
    measuring.add_argument("--form", choices=get_args(Form), help="公文种类，默认从版头识别")
    measuring.add_argument("--all", action="store_true", help="也列出符合的各项")
    measuring.add_argument("--json", action="store_true", help="以 JSON 输出，每个文件一行")
    measuring.set_defaults(run=_measure)


_WRITERS = {".pdf": typeset, ".docx": typeset_docx}


def _typeset(args: argparse.Namespace) -> int:
    """Exit code 2 when a draft could not be set."""
    suffix = f".{args.to_format}"
    place = outputs(args.files, args.output, suffix)
    into_folder = Path(args.output).is_dir()
    if not into_folder:
        suffix = Path(args.output).suffix.lower()
    if suffix not in _WRITERS:
        raise InputError(
            f"不能写成“{suffix or '无后缀'}”", where=args.output, cure="输出文件写成 .pdf 或者 .docx"
        )
    substituted = list(find_fonts().substitutions)
    status = done = 0
    for name, found in documents(args.files):
        try:
            if isinstance(found, InputError):
                raise found
            target = place(name)
            write_output(target, _WRITERS[suffix](_parts(args, found.text), form=args.form))
        except InputError as error:
            failed(args, name, error)
            status = 2
            continue
        done += 1
        if args.json:
            print_json({"file": str(target), "form": args.form, "substituted": substituted})
        else:
            print(f"已排成：{target}")
    for sentence in () if args.json or not done else substituted:
        print(f"  注意：{sentence}")
    return status


def _parts(args: argparse.Namespace, text: str) -> OfficialDocument:
    known = {name: getattr(args, name) for name in _PARTS}
    personal = tuple(args.signed_by) if args.signed_by else None
    seal = args.seal or ("personal" if personal else None)
    return OfficialDocument.from_text(text, **known, seal=seal, personal=personal)


def _measure(args: argparse.Namespace) -> int:
    status = 0
    for name, data in contents(args.files, (".pdf",)):
        try:
            if isinstance(data, InputError):
                raise data
            report = measure(data, form=args.form, source=name)
        except InputError as error:
            failed(args, name, error)
            status = 2
            continue
        status = max(status, 1 if report.departures else 0)
        if args.json:
            print_json({"file": name} | report.as_json())
        else:
            _show(name, report, everything=args.all)
    return status


def _show(name: str, report: Report, *, everything: bool) -> None:
    print(f"{name}：{report.verdict}（{report.pages}页，量取{len(report.findings)}项）")
    for finding in report.findings:
        if not finding.ok:
            print(f"  × {finding.sentence()}")
        elif everything:
            print(f"  √ {finding.sentence()}")
    stated = f"{len(report.archival)}处不符" if report.archival else "未见不符"
    print(f"  PDF/A-2b 要点：{stated}（{NOTE}）")
    for fault in report.archival:
        print(f"    × {fault.sentence}（ISO 19005-2 第{fault.clause}条）")
    for substitution in report.substituted:
        print(f"  注意：{substitution.sentence()}")
