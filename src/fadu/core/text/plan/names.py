"""Names of organs in lists: where one ends and the next begins, and which of them name a set of organs."""

from __future__ import annotations

import re

_LEVEL = "(?:省|自治区|直辖市|地|市|州|盟|县|区|旗|乡|镇|街|街道|村|社区|县级市|自治县|乡镇|镇街|县区|县市|县市区|市区|市县|区县|苏木)"
_BARE = re.compile(rf"^(?:各(?:有关|相关)?)?{_LEVEL}(?:[（(][^）)]*[)）])?$")
_BARE_TAIL = re.compile(
    rf"^{_LEVEL}(?:[（(][^）)]*[)）])?(?:[两三]级)?(?:人民)?(?:政府|街道办事处|办事处|党委|党工委)?$"
)
_STRONG = re.compile(
    r"(?:(?<![学专本文理工内外])科|股|局|委|办|厅|部|署|院|室|处|行|政府|中心|公司|集团|部门|单位|委员会|管委会|办事处|工委|党委|党组|党校|人大|政协|法院|检察院"
    r"|工会|妇联|残联|文联|科协|侨联|社科联|工商联|团委|团市委|团省委|团县委|团区委|团中央|共青团中央|供销社|联社|总社|红十字会"
    r"|协会|商会|学会|联合会|研究院|研究室|研究所|军分区|武装部|支队|大队|总队|海关|贸促会|监管会|银保监会|证监会|保监会|电视台|报社|博物馆|档案馆|图书馆"
    r"|领导小组|协调小组|专班|指挥部|仲裁委|镇、街|机关|站|所)$"
)
_WEAK = re.compile(
    r"(?:会|组|队|社|台|校|馆|园|园区|开发区|高新区|新区|经开区|区|县|市|镇|乡|街|街道|村|社区|省|州|场|厂|联|协|团|学院|大学|机构|企业|高校|院校|组织|站|所)(?:[（(][^）)]*[)）])?$"
)
_SET = re.compile(
    r"^各|^其[他它余]|^(?:全[市县区省州]|本[市县区省])?(?:有关|相关)|(?:有关|相关|各)(?:部门|单位|县|区|市|镇|乡|街道|地区|企业|高校)|各部门$|各单位$"
    rf"|^{_LEVEL}(?:[（(][^）)]*[)）])?$|^(?:{_LEVEL}[直级])(?:机关|部门|单位|各)|^{_LEVEL}(?:[（(][^）)]*[)）])?(?:人民政府|政府|街道办事处|办事处)$|[两三]级(?:人民)?政府"
    r"|执法(?:单位|部门|机关)$|(?:起草|编制|制定|实施|主管|行政|监管|审批|承办|牵头|责任|成员)(?:部门|单位|机关)$"
)
_ETC = re.compile(
    r"等(?:\d+[个家]|[一二三四五六七八九十]+[个家])?(?:各?有关|各?相关|各级|[省市县区州][直级]|多个|其[他它])*"
    r"(?:(?:行政|执法|职能|主管|监管|成员|责任|配合|行政执法|审批|业务|管理|涉农|市直|县直|区直)*(?:部门|单位|地区|地方|机构|方面|机关))?(?:(?:和|、|及)(?:有关|相关)?(?:部门|单位|地区|机构))?$"
)
_ETC_INNER = re.compile(
    r"等(?:有关|相关)?(?:部门|单位)?(?:和|及|以及|与|并|暨|、|，|,)(?=[^、，,]*(?:各|人民政府|[县区市镇乡]))"
)
_ALIAS = re.compile(r"[（(\[〔]\s*以下(?:均?简称|统称|称)[^）)\]〕]*[)）\]〕]")
_JOINT = re.compile(r"以及|[和及与暨]")
_OPEN, _CLOSE = "（(〔[【［《“‘", "）)〕]】］》”’"
_SOCIETY = ("社会", "机会", "委托", "全部", "内部", "外部")


def is_unit(name: str, *, strict: bool = False) -> bool:
    """Whether a phrase can be the name of an organ or of a set of organs; ``strict`` where nothing else says so."""
    core = _ALIAS.sub("", name).strip()
    if (
        not 2 <= len(core) <= 40
        or core.endswith(_SOCIETY)
        or re.search(r"[。：:；;？?！!%％]|不超过|以上|包括", core)
    ):
        return False
    flat = re.sub(r"[（(][^）)]*[)）]$", "", core) or core
    if core.startswith(("含", "即", "如", "见", "附", "注", "详见")):
        return False
    if _STRONG.search(flat):
        return True
    return bool(_SET.search(core)) if strict else bool(_WEAK.search(core) or _SET.search(core))


def is_organ(name: str) -> bool:
    """Whether a name ends as organs' names do (局、委、办公室、人民政府、有关部门 …)."""
    return bool(_STRONG.search(re.sub(r"[（(][^）)]*[)）]$", "", name) or name))


def is_set(name: str) -> bool:
    """Whether a name stands for several organs that the office must name before the task can be accepted."""
    return bool(_SET.search(name))


def split(text: str) -> tuple[list[str], bool]:
    """The names in a list and whether the list is left open (等).

    ``、，；`` divide outside brackets and quotation marks; 和, 及, 与 divide only between two complete names, so that
    文化和旅游部 stays whole; 各镇、街 and 各省、自治区、直辖市人民政府 are one name each.
    """
    text = _ALIAS.sub("", text).strip(" \t\u3000。.;；，,、")
    etc = False
    inner = _ETC_INNER.search(text)
    if inner:
        etc, text = True, text[: inner.start()] + "、" + text[inner.end() :]
    pieces = _merge_levels(_cut(text))
    names: list[str] = []
    for piece in pieces:
        piece, open_end = _strip_etc(piece)
        etc = etc or open_end
        for name in _join_cut(piece):
            name, open_end = _strip_etc(name)
            etc = etc or open_end
            name = re.sub(r"^(?:由|请|并由|并|会同)(?=.{2})", "", name.strip(" \t\u3000。.")).strip()
            if name and name not in names:
                names.append(name)
    return names, etc


def _strip_etc(name: str) -> tuple[str, bool]:
    found = _ETC.search(name)
    return (name[: found.start()], True) if found else (name, False)


def _cut(text: str) -> list[tuple[str, str]]:
    """Pieces with the separator that follows each, brackets and quotation marks kept whole."""
    pieces, depth, begin = [], 0, 0
    for position, char in enumerate(text):
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0 and (char in "、，,；;" or (char.isspace() and _spaced(text, begin, position))):
            pieces.append((text[begin:position].strip(), char))
            begin = position + 1
    pieces.append((text[begin:].strip(), ""))
    return [(piece, mark) for piece, mark in pieces if piece]


def _spaced(text: str, begin: int, position: int) -> bool:
    """A blank divides only after a complete name: elsewhere it is a relic of the page."""
    return is_unit(text[begin:position].strip(), strict=True)


def _merge_levels(pieces: list[tuple[str, str]]) -> list[str]:
    merged: list[str] = []
    open_level = False
    for piece, mark in pieces:
        pair = piece in ("政府", "人民政府", "管委会") and merged and merged[-1].endswith(("党委", "党工委"))
        if pair or (open_level and _BARE_TAIL.match(piece)):
            merged[-1] = f"{merged[-1]}、{piece}"
        else:
            merged.append(piece)
        open_level = mark == "、" and bool(_BARE.match(piece))
    return merged


def _join_cut(piece: str) -> list[str]:
    """Divide at 和, 及, 与 where what stands on both sides is a complete name."""
    for found in _JOINT.finditer(piece):
        left, right = piece[: found.start()], piece[found.end() :]
        if left.count("“") != left.count("”") or _depth(left):
            continue
        certain = found.group() in ("及", "以及")
        if (
            is_unit(left, strict=not certain)
            and right
            and (is_unit(right, strict=True) or is_set(right) or _WEAK.search(right))
        ):
            return [left, *_join_cut(right)]
    return [piece]


def _depth(text: str) -> int:
    return sum(text.count(mark) for mark in "（(〔[") - sum(text.count(mark) for mark in "）)〕]")
