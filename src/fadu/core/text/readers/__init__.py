"""Reading files to text: :func:`read`. What could not be read is said in ``Document.warnings``; never guessed."""

from __future__ import annotations

from pathlib import Path

from fadu.core.text.document import Document
from fadu.core.text.readers.docx import read_docx
from fadu.core.text.readers.html import read_html
from fadu.core.text.readers.limits import MAX_FILE, ReadError, too_large
from fadu.core.text.readers.package import Package
from fadu.core.text.readers.pdf import read_pdf
from fadu.core.text.readers.plain import read_plain

__all__ = ["SUFFIXES", "ReadError", "read"]

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".docx", ".docm", ".pdf")
"""The names that :func:`read` takes from a folder."""


def read(source: Path | bytes, *, name: str = "") -> Document:
    """Read one file, or bytes, as a :class:`Document`. The kind is told by the content, not by the name.

    Raises :class:`ReadError` (an ``InputError``) when the file is too large, encrypted, damaged, scanned, or of a kind
    that carries no text we read; ``OSError`` when the path cannot be opened.
    """
    if isinstance(source, Path):
        name = name or source.name
        if source.stat().st_size > MAX_FILE:
            raise too_large(name, "文件", MAX_FILE)
        with source.open("rb") as stream:
            data = stream.read(MAX_FILE + 1)
    else:
        data, name = source, name or "（内存中的文件）"
    if len(data) > MAX_FILE:
        raise too_large(name, "文件", MAX_FILE)
    if not data:
        raise ReadError("文件是空的（0 字节）", where=name, cure="请重新导出文件")
    document = _dispatch(data, name)
    if not document.text.strip():
        raise ReadError("文件没有文字", where=name, why="只有空白或者图片", cure="请提交带文字的文件")
    return document


def _dispatch(data: bytes, name: str) -> Document:
    suffix = Path(name).suffix.lower()
    head = data[:1024].lstrip()
    if b"%PDF-" in data[:1024]:
        return read_pdf(data, name)
    if data.startswith(b"PK\x03\x04"):
        if "word/document.xml" in Package(data, name):
            return read_docx(data, name)
        raise ReadError(
            "不是 Word 文档的压缩包", where=name, cure="请提交 txt、md、html、docx 或者带文字的 pdf"
        )
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise ReadError("文件已加密", where=name, why="加密内容无法读取", cure="请提交未加密的文件")
        raise ReadError("旧版二进制格式（doc、wps 等）", where=name, why="不能可靠读取", cure="请另存为 docx")
    if head.startswith(b"{\\rtf"):
        raise ReadError("RTF 格式", where=name, why="不能可靠读取", cure="请另存为 docx")
    if suffix in (".html", ".htm") or head[:9].lower() == b"<!doctype" or head[:5].lower() == b"<html":
        return read_html(data, name)
    if suffix in (".docx", ".docm", ".pdf"):
        raise ReadError(f"内容不是 {suffix[1:]} 文件", where=name, cure="请重新导出文件")
    return read_plain(data, name, "md" if suffix in (".md", ".markdown") else "txt")
