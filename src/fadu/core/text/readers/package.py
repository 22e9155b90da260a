"""Zip packages (docx), opened with limits: a part is unpacked only as far as it may grow, whatever the directory says."""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

from fadu.core.text.readers.limits import MAX_MEMBERS, MAX_PART, MAX_RATIO, MAX_UNPACKED, ReadError, too_large


class Package:
    """The parts of a zip file by name."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self._spent = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
            raise ReadError("压缩包已损坏", where=name, cure="请重新导出文件") from error
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS:
            raise ReadError(f"压缩包含有过多的部件（{len(members)}）", where=name)
        self._members = {member.filename: member for member in members}
        for member in members:
            if member.flag_bits & 1:
                raise ReadError("文件已加密", where=name, why="加密内容无法读取", cure="请提交未加密的文件")
            if member.file_size > 2**20 and member.file_size > MAX_RATIO * max(member.compress_size, 1):
                raise ReadError(
                    f"部件 {member.filename} 的压缩比异常，疑为压缩炸弹",
                    where=name,
                    why=f"解压后超过压缩前的{MAX_RATIO}倍",
                    cure="请重新导出文件",
                )

    def __contains__(self, part: str) -> bool:
        return part in self._members

    def names(self) -> list[str]:
        """The names of all parts."""
        return list(self._members)

    def bytes(self, part: str) -> bytes:
        """One part, unpacked; ``ReadError`` when it grows beyond the limits or is damaged."""
        if part not in self._members:
            raise ReadError(f"缺少部件 {part}", where=self.name, cure="请重新导出文件")
        try:
            with self._zip.open(self._members[part]) as stream:
                data = stream.read(MAX_PART + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            NotImplementedError,
            EOFError,
            OSError,
            RuntimeError,
        ) as error:
            raise ReadError(f"部件 {part} 已损坏", where=self.name, cure="请重新导出文件") from error
        self._spent += len(data)
        if len(data) > MAX_PART:
            raise too_large(self.name, f"部件 {part} 解压后", MAX_PART)
        if self._spent > MAX_UNPACKED:
            raise too_large(self.name, "解压后的内容", MAX_UNPACKED)
        return data

    def xml(self, part: str) -> etree._Element:
        """One part as XML. Document types and entities have no place in such a part and are refused."""
        data = self.bytes(part)
        if (
            b"<!DOCTYPE" in data
            or b"<!ENTITY" in data
            or "<!DOCTYPE".encode("utf-16-le") in data
            or "<!DOCTYPE".encode("utf-16-be") in data
        ):
            raise ReadError(f"部件 {part} 含有文档类型或者实体声明", where=self.name, why="外部实体不予解析")
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
        )
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            deep = "depth" in (error.msg or "")
            fault = "嵌套过深" if deep else f"不是有效的 XML（第 {error.position[0] or 1} 行）"
            raise ReadError(f"部件 {part} {fault}", where=self.name, cure="请重新导出文件") from error
