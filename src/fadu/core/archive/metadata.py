"""Archival metadata of a case package (DA/T 46-2009: 文件、机构人员、业务、关系), as XML that needs no schema to be read.

One business entity (业务) for each act, with its agents, one file entity (文件) for each file, tied by relations (关系).
The names of entities and elements are those of DA/T 46. Mandatory ones are checked against ``acts.json`` and the bytes of
the files themselves, so that the metadata cannot say something else than what the proofs say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from fadu.core.errors import InputError

NAME = "metadata/case.xml"
ROOT, STANDARD = "电子文件元数据", "DA/T 46—2009"
_CASE_NEEDS = ("聚合层次", "立档单位名称", "电子文件号", "题名", "责任者", "日期", "密级", "件数")
_FILE_NEEDS = ("题名", "格式信息", "计算机文件名", "计算机文件大小", "数字摘要")
_ACT_NEEDS = ("业务标识符", "业务行为", "行为时间", "行为依据", "行为描述")
Entries = list[Mapping[str, Any]]


def build(content: Mapping[str, Any], payload: Mapping[str, bytes]) -> bytes:
    """The metadata of a package out of its ``acts.json`` and the bytes of its files."""
    root = Element(ROOT, {"标准": STANDARD, "封装": "BagIt 1.0（RFC 8493）"})
    acts: Entries = content["acts"]
    case = SubElement(root, "文件实体", {"标识": "案卷"})
    told = {
        "聚合层次": "案卷",
        "立档单位名称": content["organ"],
        "电子文件号": content["case"],
        "题名": content["title"],
        "文件编号": content["number"],
        "责任者": "；".join(dict.fromkeys(act["organ"] for act in acts)),
        "日期": f"{acts[0]['occurred_at'][:10]}/{acts[-1]['occurred_at'][:10]}" if acts else "",
        "密级": content["secrecy"],
        "件数": str(sum(1 for _ in _named(acts))),
        "程序": content["procedure"],
    }
    _add(case, told)
    for act, entry in _named(acts):
        _add(SubElement(root, "文件实体", {"标识": entry["path"]}), _file(entry, payload[entry["path"]]))
        SubElement(root, "关系实体", {"自": entry["path"], "至": f"业务{act['seq']}", "关系类型": "形成于"})
    for act in acts:
        _add(SubElement(root, "业务实体", {"标识": f"业务{act['seq']}"}), _business(act))
        agent = SubElement(root, "机构人员实体", {"标识": f"机构人员{act['seq']}"})
        _add(
            agent, {"机构人员类型": "内设机构或个人", "机构人员名称": act["person"], "所在机构": act["organ"]}
        )
        SubElement(
            root, "关系实体", {"自": f"机构人员{act['seq']}", "至": f"业务{act['seq']}", "关系类型": "实施"}
        )
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _named(acts: Entries) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for act in acts:
        for entry in (*act["files"], *act["documents"]):
            yield act, entry


def _file(entry: Mapping[str, Any], data: bytes) -> dict[str, str]:
    return {
        "题名": entry["name"],
        "文件编号": entry.get("number", ""),
        "格式信息": PurePosixPath(entry["path"]).suffix.lower().removeprefix("."),
        "计算机文件名": entry["path"],
        "计算机文件大小": str(len(data)),
        "数字摘要": f"SHA-256:{hashlib.sha256(data).hexdigest()}",
    }


def _business(act: Mapping[str, Any]) -> dict[str, str]:
    return {
        "业务标识符": str(act["seq"]),
        "业务状态": "历史行为",
        "业务行为": act["title"],
        "行为时间": act["occurred_at"],
        "记录时间": act["recorded_at"],
        "行为依据": act["basis"],
        "行为描述": act["outcome"] or act["title"],
        "证明": act["receipt"],
    }


def _add(parent: Element, told: Mapping[str, str]) -> None:
    for name, text in told.items():
        SubElement(parent, name).text = text


def parse(data: bytes) -> Element:
    """The metadata as a tree; document types and entities are refused, for a package brings no grammar of its own."""
    if b"<!" in data:
        raise InputError("元数据含有文档类型或者实体声明", where=NAME, why="可能使读者读到包外的内容")
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise InputError("元数据不是可读的 XML", where=NAME, why=str(error)) from error
    if root.tag != ROOT:
        raise InputError(f"元数据的根应为“{ROOT}”", where=NAME)
    return root


def lacking(root: Element) -> Iterator[str]:
    """Mandatory elements that are missing or empty (DA/T 70 2-3, 2-4)."""
    needs = {"文件实体": _FILE_NEEDS, "业务实体": _ACT_NEEDS, "机构人员实体": ("机构人员名称", "所在机构")}
    for entity in root:
        mark = entity.get("标识", "")
        for name in _CASE_NEEDS if mark == "案卷" else needs.get(entity.tag, ()):
            if not (entity.findtext(name) or "").strip():
                yield f"元数据“{mark}”缺少必填项“{name}”"


def differing(root: Element, content: Mapping[str, Any], payload: Mapping[str, bytes]) -> Iterator[str]:
    """Where the metadata say something else than the acts and files they describe (DA/T 70 1-10, 1-11)."""
    present = {path: data for path, data in payload.items() if path != NAME}
    for _, entry in _named(content["acts"]):
        if entry["path"] not in present:
            present[entry["path"]] = b""
    told = {entity.get("标识", ""): entity for entity in root if entity.tag != "关系实体"}
    wanted = {
        entity.get("标识", ""): entity
        for entity in parse(build(content, present))
        if entity.tag != "关系实体"
    }
    for mark in sorted(told.keys() ^ wanted.keys()):
        yield f"元数据{'多出' if mark in told else '缺少'}“{mark}”"
    for mark in sorted(told.keys() & wanted.keys()):
        for element in wanted[mark]:
            if (told[mark].findtext(element.tag) or "") != (element.text or ""):
                yield f"元数据“{mark}”的“{element.tag}”与办理经过或者文件不符"
