"""The essentials of PDF/A-2b (ISO 19005-2) that a program can look up: no full validation, and the report says so.

What is looked at: header and trailer, encryption, output intent with its colour profile, device colours against it,
embedded fonts, forbidden actions, scripts, annotations and attachments, graphics states, limits, and the metadata with
its agreement with the information dictionary; of each composite font the glyphs that the pages paint (CIDSet, width,
character). Not looked at: the programs of fonts (widths against them), colour profiles and compressed images, the
syntax of cross-reference tables.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

from fadu.core.text.typeset.measure.glyphs import faults as glyph_faults

NOTE = "只查 PDF/A-2b 的要点，不是完整验证"
_FORBIDDEN_ACTIONS = frozenset(
    [
        "/Launch",
        "/Sound",
        "/Movie",
        "/ResetForm",
        "/ImportData",
        "/Hide",
        "/SetOCGState",
        "/Rendition",
        "/Trans",
        "/GoTo3DView",
        "/JavaScript",
        "/SetState",
        "/NOP",
    ]
)
_FORBIDDEN_ANNOTATIONS = frozenset(["/3D", "/Sound", "/Screen", "/Movie", "/RichMedia", "/TrapNet"])
_BLENDS = frozenset(
    [
        "/Normal",
        "/Compatible",
        "/Multiply",
        "/Screen",
        "/Overlay",
        "/Darken",
        "/Lighten",
        "/ColorDodge",
        "/ColorBurn",
        "/HardLight",
        "/SoftLight",
        "/Difference",
        "/Exclusion",
        "/Hue",
        "/Saturation",
        "/Color",
        "/Luminosity",
    ]
)
_DEVICE = {
    **dict.fromkeys(("rg", "RG", "/DeviceRGB"), "DeviceRGB"),
    **dict.fromkeys(("k", "K", "/DeviceCMYK"), "DeviceCMYK"),
}
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_INFO = {
    "/Title": "{http://purl.org/dc/elements/1.1/}title",
    "/Author": "{http://purl.org/dc/elements/1.1/}creator",
    "/Subject": "{http://purl.org/dc/elements/1.1/}description",
    "/Keywords": "{http://ns.adobe.com/pdf/1.3/}Keywords",
    "/Creator": "{http://ns.adobe.com/xap/1.0/}CreatorTool",
    "/Producer": "{http://ns.adobe.com/pdf/1.3/}Producer",
    "/CreationDate": "{http://ns.adobe.com/xap/1.0/}CreateDate",
    "/ModDate": "{http://ns.adobe.com/xap/1.0/}ModifyDate",
}
_LEVEL = re.compile(rb"conformance(?:>|=[\"'])\s*[AU]")
_PDFA = "{http://www.aiim.org/pdfa/ns/id/}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One departure from a clause of ISO 19005-2."""

    clause: str
    sentence: str

    def as_json(self) -> dict[str, str]:
        return {"clause": self.clause, "sentence": self.sentence}


def archival(pdf: bytes) -> list[Fault]:
    """What departs from the essentials of PDF/A-2b; empty when nothing does. ``pdf`` must be readable by pikepdf."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        objects = [
            found for found in opened.objects if isinstance(found, pikepdf.Dictionary | pikepdf.Stream)
        ]
        found = [
            *_file(pdf, opened),
            *_intent(opened),
            *_catalog(opened),
            *(fault for one in objects for fault in _object(one)),
            *_pages(opened),
            *(
                Fault(clause, sentence)
                for clause, sentence in glyph_faults(opened, characters=_unicode(opened))
            ),
            *_metadata(opened),
        ]
    return list(dict.fromkeys(found))


def _file(pdf: bytes, opened: pikepdf.Pdf) -> Iterator[Fault]:
    head = pdf[:64]
    if not re.match(rb"%PDF-1\.[0-7][\r\n]", head):
        yield Fault("6.1.2", "文件头不是 %PDF-1.0 至 1.7")
    second = re.split(rb"[\r\n]+", head, maxsplit=1)[-1]
    if not (second[:1] == b"%" and len(second) > 4 and all(byte > 127 for byte in second[1:5])):
        yield Fault("6.1.2", "文件头之后没有四个以上高位字节的注释行")
    if opened.is_encrypted:
        yield Fault("6.1.3", "文件已加密")
    if len(opened.trailer.get("/ID", [])) != 2:
        yield Fault("6.1.3", "文件尾没有 ID")
    if not re.search(rb"%%EOF[\r\n]{0,2}\Z", pdf[-16:]):
        yield Fault("6.1.3", "%%EOF 之后还有内容")


def _intent(opened: pikepdf.Pdf) -> Iterator[Fault]:
    profile = _profile(opened)
    if profile is None:
        yield Fault("6.2.3", "没有带 ICC 配置文件的 PDF/A 输出方案（OutputIntent）")
        return
    data = profile.read_bytes()
    if data[36:40] != b"acsp" or data[8] > 4:
        yield Fault("6.2.3", "输出方案的 ICC 配置文件无效")
    elif {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}.get(data[16:20]) != int(profile.get("/N", 0)):
        yield Fault("6.2.3", "ICC 配置文件的颜色空间与 N 不符")


def _profile(opened: pikepdf.Pdf) -> pikepdf.Stream | None:
    for intent in opened.Root.get("/OutputIntents", []):
        profile = intent.get("/DestOutputProfile")
        if intent.get("/S") == pikepdf.Name.GTS_PDFA1 and isinstance(profile, pikepdf.Stream):
            return profile
    return None


def _catalog(opened: pikepdf.Pdf) -> Iterator[Fault]:
    root = opened.Root
    names = root.get("/Names", pikepdf.Dictionary())
    form = root.get("/AcroForm", pikepdf.Dictionary())
    if "/AA" in root:
        yield Fault("6.5.2", "文档目录有附加动作（AA）")
    if "/JavaScript" in names:
        yield Fault("6.5.1", "含有 JavaScript")
    if "/EmbeddedFiles" in names:
        yield Fault("6.8", "含有附件，不能确认其为 PDF/A")
    if "/XFA" in form or bool(form.get("/NeedAppearances", False)):
        yield Fault("6.4.1", "表单依赖 XFA 或者运行时外观")
    if "/Requirements" in root:
        yield Fault("6.1.12", "文档目录有 Requirements")


def _object(held: pikepdf.Dictionary | pikepdf.Stream) -> Iterator[Fault]:
    kind, subtype = held.get("/Type"), held.get("/Subtype")
    if isinstance(held, pikepdf.Stream):
        yield from _stream(held)
    if kind == pikepdf.Name.Font:
        yield from _font(held)
    if held.get("/S") in _FORBIDDEN_ACTIONS and (kind in (None, pikepdf.Name.Action)):
        yield Fault("6.5.1", f"含有不允许的动作 {str(held['/S'])[1:]}")
    if kind == pikepdf.Name.ExtGState or {"/ca", "/CA", "/BM", "/TR"} & set(held.keys()):
        yield from _graphics_state(held)
    if kind == pikepdf.Name.Annot or ("/Rect" in held and subtype is not None):
        yield from _annotation(held, str(subtype))
    for key, value in held.items():
        if len(key) > 128 or (isinstance(value, pikepdf.String) and len(bytes(value)) > 32767):
            yield Fault("6.1.13", "名称或者字符串超过长度上限")


def _stream(held: pikepdf.Stream) -> Iterator[Fault]:
    filters: Any = held.get("/Filter", [])
    named = {str(filters)} if isinstance(filters, pikepdf.Name) else {str(one) for one in filters}
    if "/F" in held:
        yield Fault("6.1.7", "数据流的内容在文件之外")
    if named & {"/LZWDecode", "/Crypt"}:
        yield Fault("6.1.7", "数据流使用 LZW 或者 Crypt 过滤器")
    if held.get("/Subtype") == pikepdf.Name.Image and bool(held.get("/Interpolate", False)):
        yield Fault("6.2.8", "图像要求插值")
    if {"/OPI", "/Alternates", "/Ref", "/PS"} & set(held.keys()) or held.get("/Subtype2") == "/PS":
        yield Fault("6.2.9", "含有 OPI、替代图像、外部引用或者 PostScript")


def _font(held: pikepdf.Dictionary | pikepdf.Stream) -> Iterator[Fault]:
    name, subtype = str(held.get("/BaseFont", "（无名）"))[1:], str(held.get("/Subtype"))
    if subtype == "/Type3":
        return
    if subtype == "/Type0":
        encoding = held.get("/Encoding")
        known = isinstance(encoding, pikepdf.Stream) or encoding in ("/Identity-H", "/Identity-V")
        if not known:
            yield Fault("6.2.11.3.3", f"字体 {name} 的编码 CMap 没有嵌入")
        return
    descriptor = held.get("/FontDescriptor", pikepdf.Dictionary())
    if not any(isinstance(descriptor.get(key), pikepdf.Stream) for key in _FONT_FILES):
        yield Fault("6.2.11.4.1", f"字体 {name} 没有嵌入")
    if subtype == "/CIDFontType2" and "/CIDToGIDMap" not in held:
        yield Fault("6.2.11.3.2", f"字体 {name} 没有 CIDToGIDMap")


def _graphics_state(held: pikepdf.Dictionary | pikepdf.Stream) -> Iterator[Fault]:
    if "/TR" in held or held.get("/TR2", pikepdf.Name.Default) != pikepdf.Name.Default or "/HTP" in held:
        yield Fault("6.2.5", "图形状态含有转换函数或者半色调原点")
    blend = held.get("/BM")
    if isinstance(blend, pikepdf.Name) and str(blend) not in _BLENDS:
        yield Fault("6.2.10", f"不认识的混合模式 {str(blend)[1:]}")


def _annotation(held: pikepdf.Dictionary | pikepdf.Stream, subtype: str) -> Iterator[Fault]:
    if subtype in _FORBIDDEN_ANNOTATIONS:
        yield Fault("6.3.1", f"含有不允许的注释 {subtype[1:]}")
    elif held.get("/Type") == pikepdf.Name.Annot and subtype != "/Popup":
        flags = int(held.get("/F", 0))
        if not flags & 4 or flags & (1 | 2 | 32 | 256):
            yield Fault("6.3.2", "注释没有设为打印，或者被隐藏")
        if subtype != "/Link" and "/AP" not in held:
            yield Fault("6.3.3", "注释没有外观")


def _pages(opened: pikepdf.Pdf) -> Iterator[Fault]:
    profile = _profile(opened)
    allowed = (
        {3: "DeviceRGB", 4: "DeviceCMYK"}.get(int(profile.get("/N", 0))) if profile is not None else None
    )
    for page in opened.pages:
        if "/AA" in page.obj:
            yield Fault("6.5.2", "页面有附加动作（AA）")
        depth = 0
        for step in pikepdf.parse_content_stream(page):
            operator = str(step.operator)
            depth += {"q": 1, "Q": -1}.get(operator, 0)
            words = (
                [operator, *(str(one) for one in step.operands)] if operator in ("cs", "CS") else [operator]
            )
            used = next((_DEVICE[word] for word in words if word in _DEVICE), None)
            if used is not None and used != allowed:
                yield Fault("6.2.4.3", f"使用 {used}，与输出方案不符")
            if depth > 28:
                yield Fault("6.1.13", "图形状态嵌套超过28层")


def _metadata(opened: pikepdf.Pdf) -> Iterator[Fault]:
    if not isinstance(opened.Root.get("/Metadata"), pikepdf.Stream):
        yield Fault("6.6.2.1", "没有 XMP 元数据")
        return
    raw = opened.Root.Metadata.read_bytes()
    if re.search(rb"<\?xpacket begin=[^?]*(?:bytes|encoding)=", raw):
        yield Fault("6.6.2.1", "XMP 包头含有 bytes 或者 encoding 属性")
    with opened.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False, strict=False) as told:
        part, level = str(told.get(f"{_PDFA}part", "")), str(told.get(f"{_PDFA}conformance", ""))
        if part != "2" or level not in ("A", "B", "U"):
            yield Fault("6.6.4", f"XMP 没有声明 PDF/A-2（part={part or '无'}，conformance={level or '无'}）")
        for key, name in _INFO.items():
            if key in opened.docinfo and _plain(opened.docinfo[key]) != _plain(told.get(name)):
                yield Fault("6.6.3", f"文档信息的 {key[1:]} 与 XMP 不一致")


def _unicode(opened: pikepdf.Pdf) -> bool:
    """Whether the file claims level U or A, which want a character behind every glyph."""
    held = opened.Root.get("/Metadata")
    return isinstance(held, pikepdf.Stream) and bool(_LEVEL.search(held.read_bytes()))


def _plain(value: Any) -> str:
    """One value of the information dictionary or of XMP as it is compared: lists joined, dates as their fourteen digits."""
    if isinstance(value, list | tuple | set):
        value = ", ".join(map(str, value))
    text = "" if value is None else str(value)
    digits = re.sub(r"\D", "", text)
    is_date = text.startswith("D:") or re.match(r"\d{4}-\d\d-\d\dT", text)
    return digits[:14] if is_date else text
