"""Text files: UTF-8, UTF-16 with its mark, GB18030. An encoding is recognised by its bytes; a text that fits none is
refused, never patched up."""

from __future__ import annotations

import re

from fadu.core.text.document import Caveat, Document
from fadu.core.text.readers.limits import MAX_TEXT, ReadError

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_ODD = re.compile(r"[\ue000-\uf8ff\ufffd\x00-\x08\x0b\x0e-\x1f]")


def decode(data: bytes, name: str) -> tuple[str, str, list[Caveat]]:
    """The text, its encoding, and what was odd about it. Line ends become ``\\n``; a mark at the beginning goes."""
    caveats: list[Caveat] = []
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        raise ReadError("编码为 UTF-32", where=name, why="公文不用这种编码", cure="请另存为 UTF-8 后再提交")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            data = data[len(mark) :]
            return _clean(_strict(data, encoding, name), name, caveats), encoding, caveats
    if b"\x00" in data[:65536]:
        raise ReadError(
            "不是文本文件（含有空字节）", where=name, cure="请提交 txt、md、html、docx 或者带文字的 pdf"
        )
    try:
        return _clean(data.decode("utf-8"), name, caveats), "utf-8", caveats
    except UnicodeDecodeError as error:
        broken = data.decode("utf-8", errors="replace")
        lost = broken.count("\ufffd")
        if lost * 50 <= len(_NON_ASCII.findall(broken)):
            raise ReadError(
                f"UTF-8 文本在第 {error.start} 字节处损坏（共 {lost} 处）",
                where=name,
                why="损坏的字不能猜测",
                cure="请从原件重新导出",
            ) from error
    text = _strict(data, "gb18030", name)
    foreign = _NON_ASCII.findall(text)[:4000]
    if sum(map(_common, foreign)) < 0.7 * len(foreign):
        raise ReadError(
            "编码无法判定：既不是 UTF-8，也不像 GB18030", where=name, cure="请另存为 UTF-8 后再提交"
        )
    caveats.append(Caveat("encoding", "文件没有编码标记，按 GB18030 读取", name))
    return _clean(text, name, caveats), "gb18030", caveats


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadError(
            f"不是有效的 {encoding.upper()} 文本（第 {error.start} 字节）",
            where=name,
            cure="请另存为 UTF-8 后再提交",
        ) from error


def _clean(text: str, name: str, caveats: list[Caveat]) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MAX_TEXT:
        raise ReadError(f"文本超过上限（{MAX_TEXT} 字）", where=name, cure="请拆分文件")
    odd = _ODD.findall(text)
    if odd:
        caveats.append(
            Caveat(
                "odd_characters",
                f"有 {len(odd)} 个无法显示的字符（如 U+{ord(odd[0]):04X}），按原样保留",
                name,
            )
        )
    return text


def read_plain(data: bytes, name: str, kind: str = "txt") -> Document:
    """A text or Markdown file, its characters as they stand."""
    text, encoding, caveats = decode(data, name)
    return Document(text, name, (), tuple(caveats), {"format": kind, "encoding": encoding})


def _common(mark: str) -> bool:
    """Whether a character is of the first level of GB 2312 (the 3,755 common ones) or a mark: in Chinese text nearly all
    are, in bytes of another encoding read as GB18030 few."""
    code = mark.encode("gb18030")
    return len(code) == 2 and 0xA1 <= code[0] <= 0xD7 and code[1] >= 0xA1
