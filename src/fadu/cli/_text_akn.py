"""``fadu text akn export|import``: legal texts as Akoma Ntoso 3.0 and back."""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path

from fadu.cli._inputs import documents, print_json, write_output
from fadu.core.errors import InputError
from fadu.core.text.akn import export_akn, import_akn
from fadu.core.text.outline import outline


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``akn`` with its two verbs."""
    parser = commands.add_parser("akn", help="与 Akoma Ntoso 3.0（国际法律文本格式）互相转换")
    verbs = parser.add_subparsers(title="动作", metavar="动作", required=True)
    out = verbs.add_parser(
        "export",
        help="文本 → Akoma Ntoso",
        description="读出文本的结构和引用，写成符合官方模式的 Akoma Ntoso 3.0；再读回来内容不丢失。",
        epilog="示例：fadu text akn export 办法.docx -o 办法.xml --date 2026-08-05",
    )
    out.add_argument("file", metavar="文件", help="txt、md、html、docx、pdf，或者 -（标准输入）")
    out.add_argument(
        "--date", type=_date, metavar="年-月-日", help="作品日期；文本已载明公布、通过或者成文日期的不必写"
    )
    out.set_defaults(run=_export)
    back = verbs.add_parser(
        "import",
        help="Akoma Ntoso → 文本",
        description="把 Akoma Ntoso 3.0 的 XML 读成条款分明的纯文本。",
        epilog="示例：fadu text akn import 办法.xml -o 办法.txt",
    )
    back.add_argument("file", metavar="文件", help="Akoma Ntoso 3.0 的 XML，或者 -（标准输入）")
    back.set_defaults(run=_import)
    for verb in (out, back):
        verb.add_argument("-o", "--output", metavar="文件", help="写入文件，默认写到标准输出")
        verb.add_argument("--json", action="store_true", help="以 JSON 输出结果")


def _date(written: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(written)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{written}”不是日期，写成如 2026-08-05") from None


def _export(args: argparse.Namespace) -> int:
    (name, found), *_ = documents([args.file])
    if isinstance(found, InputError):
        raise found
    read = outline(found.text)
    xml = export_akn(read, date=args.date)
    if args.output:
        write_output(args.output, xml)
    if args.json:
        shape = {"file": name, "output": args.output, "title": read.title, "counts": read.counts()}
        print_json(shape if args.output else shape | {"xml": xml.decode("utf-8")})
    elif args.output:
        print(f"已写入：{args.output}")
    else:
        sys.stdout.buffer.write(xml + b"\n")
    return 0


def _import(args: argparse.Namespace) -> int:
    try:
        data = sys.stdin.buffer.read() if args.file == "-" else Path(args.file).read_bytes()
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        raise InputError(
            "找不到文件" if missing else "无法打开文件",
            where=args.file,
            why="" if missing else error.strerror or "",
            cure="请检查文件名和目录" if missing else "请检查文件的权限",
        ) from None
    read = import_akn(data, source=args.file)
    if args.output:
        write_output(args.output, read.text.encode("utf-8"))
    if args.json:
        print_json({"file": args.file, "output": args.output} | read.as_json() | {"text": read.text})
    elif args.output:
        print(f"已写入：{args.output}")
    else:
        sys.stdout.buffer.write(read.text.encode("utf-8"))
    return 0
