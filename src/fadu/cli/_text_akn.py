"""``fadu text akn export|import``: legal texts as Akoma Ntoso 3.0 and back."""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from fadu.cli._inputs import contents, documents, failed, outputs, print_json, write_output
from fadu.core.errors import InputError
from fadu.core.text.akn import export_akn, import_akn
from fadu.core.text.document import Document
from fadu.core.text.outline import outline

_Read = TypeVar("_Read")


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
    out.add_argument(
        "files", nargs="+", metavar="文件", help="txt、md、html、docx、pdf，文件夹，或者 -（标准输入）"
    )
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
    back.add_argument(
        "files", nargs="+", metavar="文件", help="Akoma Ntoso 3.0 的 XML，文件夹，或者 -（标准输入）"
    )
    back.set_defaults(run=_import)
    for verb in (out, back):
        verb.add_argument(
            "-o", "--output", metavar="文件", help="写入文件；有多个文件时为文件夹；默认写到标准输出"
        )
        verb.add_argument("--json", action="store_true", help="以 JSON 输出结果，每个文件一行")


def _date(written: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(written)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{written}”不是日期，写成如 2026-08-05") from None


def _each(
    args: argparse.Namespace,
    found: Iterable[tuple[str, _Read | InputError]],
    convert: Callable[[str, _Read], tuple[bytes, dict[str, Any]]],
    suffix: str,
    content: str,
) -> int:
    """Convert each input and write it where it belongs: the file or folder asked for, else standard output."""
    if len(args.files) > 1 and not args.output and not args.json:
        raise InputError("有多个文件而没有写明输出处", where="-o", cure="写作 -o 文件夹，或者加 --json")
    place = outputs(args.files, args.output, suffix) if args.output else None
    status = 0
    for name, one in found:
        try:
            if isinstance(one, InputError):
                raise one
            made, shape = convert(name, one)
            target = place(name) if place is not None else None
            if target is not None:
                write_output(target, made)
        except InputError as error:
            failed(args, name, error)
            status = 2
            continue
        if args.json:
            shown = {"file": name, "output": None if target is None else str(target)} | shape
            print_json(shown if target is not None else shown | {content: made.decode("utf-8")})
        elif target is not None:
            print(f"已写入：{target}")
        else:
            sys.stdout.buffer.write(made + (b"\n" if suffix == ".xml" else b""))
    return status


def _export(args: argparse.Namespace) -> int:
    """Exit code 2 when a file could not be exported."""

    def one(name: str, found: Document) -> tuple[bytes, dict[str, Any]]:
        del name
        read = outline(found.text)
        xml = export_akn(read, date=args.date)
        return xml, {"title": read.title, "counts": read.counts()}

    return _each(args, documents(args.files), one, ".xml", "xml")


def _import(args: argparse.Namespace) -> int:
    """Exit code 2 when a file could not be imported."""

    def one(name: str, data: bytes) -> tuple[bytes, dict[str, Any]]:
        read = import_akn(data, source=name)
        return read.text.encode("utf-8"), read.as_json()

    return _each(args, contents(args.files, (".xml", ".akn")), one, ".txt", "text")
