"""From text to lines: page chrome left out, and sentences put together again where a page break cut them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from fadu.core.text.plan.names import is_organ, is_unit, split
from fadu.core.text.plan.numbering import mark_of
from fadu.core.text.plan.statements import is_label_line

_HEAD_CHROME = re.compile(
    r"^(?:当前位置|您?(?:现在)?的?(?:当前)?位置|您的位置|首页\s*[>›»/]|索\s*引\s*号|信息索引号|发布(?:机构|日期|时间)|公开(?:方式|日期)|生成日期|主题分类|体裁分类|信息来源|来源[:：]"
    r"|发文(?:机关|机构|日期|单位|字号)\s*[:：|]|标\s+题\s*[:：|]|名\s+称\s*[:：|]|时间[:：]\s*\d|文\s+号\s*[:：|]|成文日期\s*[:：|]|有\s*效\s*性|浏览(?:次数|量)?[:：]|阅读(?:次数|量)?[:：]|点击(?:次数|量|率)|访问量|字体?[:：大]|【?字体|【?打印|打印本页|关闭(?:窗口|本页)|分享(?:到|至)?|扫一扫|收藏|责任编辑|编辑[:：]|作者[:：]|保护视力色)"
)
_TAIL_CHROME = re.compile(
    r"^(?:相关(?:主题|文档|推荐|阅读|文章|链接|资料|附件下载)|文本预览|最新文档|推荐(?:阅读|文档)|猜你喜欢|热门(?:文档|推荐)|上一篇|下一篇|返回(?:顶部|首页|列表)|版权(?:所有|声明)|网站(?:地图|标识码|声明)|联系我们|关于我们|友情链接"
    r"|.{0,20}ICP备|.{0,12}公网安备|主办单位?[:：].{0,40}(?:ICP|网站|承办)|附件下载|下载(?:文档|全文)|全文共|\d+\s*/\s*\d+$|第\s*\d+\s*页|-\s*\d+\s*-$|—\s*\d+\s*—$)"
)
ANNEX_LINE = re.compile(r"^附\s*(?:件|表|录)\s*[0-9一二三四五六七八九十]*\s*[:：]?$")
_MARKDOWN = re.compile(r"^\s{0,3}#{1,6}\s+|\*\*(?=\S)|(?<=\S)\*\*")
"""The marks of a Markdown heading and of bold letters."""
_TERMINAL = '。！？!?；;：:)）〕】］]”"…|'
_PAIRS = (("《", "》"), ("（", "）"), ("(", ")"), ("〔", "〕"), ("“", "”"), ("【", "】"))
DATE_LINE = re.compile(r"^[（(]?\s*(?P<y>\d{4})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日\s*[）)]?$")
_BLANK = re.compile(
    r"(?<=[\u3400-\u9fff，。、；：（）《》“”〔〕])[ \u00a0]+(?=[0-9A-Za-z%])|(?<=[0-9A-Za-z%])[ \u00a0]+(?=[\u3400-\u9fff，。、；：（）《》“”〔〕])"
)
"""A blank that a typesetter puts between Chinese and Latin: 2026 年 6 月."""


def compact(text: str) -> str:
    """The text without the blanks that only space out digits and letters among Chinese characters."""
    return _BLANK.sub("", text)


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph; ``no`` is the line of the file on which it begins."""

    text: str
    no: int


def lines_of(text: str) -> tuple[list[Line], list[Line]]:
    """The paragraphs of the text, and the lines left out because they belong to the page and not to the plan."""
    raw = [
        Line(_MARKDOWN.sub("", line.rstrip().strip("\ufeff")), number)
        for number, line in enumerate(text.replace("\f", "\n").split("\n"), 1)
    ]
    kept: list[Line] = []
    chrome: list[Line] = []
    tail = False
    for line in raw:
        bare = line.text.strip()
        if not bare:
            continue
        tail = tail or (
            len(kept) > 5
            and bool(re.match(r"^(?:相关(?:主题|文档|推荐)|文本预览|最新文档|猜你喜欢|推荐阅读)", bare))
        )
        is_chrome = (
            len(bare) < 80 and "。" not in bare and bool(_HEAD_CHROME.match(bare) or _TAIL_CHROME.match(bare))
        )
        (chrome if is_chrome or (tail and len(bare) < 40 and "。" not in bare) else kept).append(line)
    return _join(kept), chrome


def _join(lines: list[Line]) -> list[Line]:
    """Sentences that a page or column break cut in two are one paragraph again."""
    width = _wrap_width(lines)
    joined: list[Line] = []
    last_length = 0
    for line in lines:
        if joined and _continues(joined[-1].text, last_length, line.text, width):
            before = joined[-1]
            apart = before.text[-1] not in "，,、" and _adds_units(before.text, line.text.strip())
            joined[-1] = Line(before.text + ("\n" if apart else "") + line.text.strip(), before.no)
        else:
            joined.append(line)
        last_length = len(line.text.strip())
    return joined


def _wrap_width(lines: list[Line]) -> int | None:
    """The width at which the file breaks its lines, if it breaks them at one."""
    lengths = Counter(len(line.text.strip()) for line in lines if len(line.text.strip()) >= 18)
    total = sum(lengths.values())
    if total < 8:
        return None
    width, _count = max(
        lengths.items(), key=lambda item: (sum(lengths[item[0] - back] for back in range(3)), item[0])
    )
    near = sum(lengths[width - back] for back in range(3))
    return width if width <= 60 and near >= 0.4 * total else None


def _starts_block(text: str) -> bool:
    """Whether a line opens something of its own: a number, a label, a date."""
    return bool(mark_of(text)) or is_label_line(text) or bool(DATE_LINE.match(text))


def _adds_units(before: str, text: str) -> bool:
    """Whether a line below 责任单位：… holds nothing but further units, or what they do in a bracket."""
    if not is_label_line(before) or not is_organ(re.split(r"[：:、，,；;\s]", before)[-1]):
        return False
    inner = text[1:-1] if text[:1] in "（(" and text[-1:] in "）)" else text
    listed = split(inner.rstrip("。；;"))[0]
    if inner != text:
        return len(text) < 60 and inner.endswith(("配合", "参与", "参加", "协助", "协办", "牵头", "指导"))
    return bool(listed) and all(
        len(name) <= 20
        and is_unit(name, strict=True)
        and is_organ(name)
        and not re.search(r"[\d请将于报]", name)
        for name in listed
    )


def _continues(before: str, last_length: int, after: str, width: int | None) -> bool:
    before, after = before.strip(), after.strip()
    if "|" in before or "|" in after or "\t" in before or "\t" in after:
        return False
    if (
        any(before.count(opening) > before.count(closing) for opening, closing in _PAIRS)
        and len(before) < 4000
    ):
        return not DATE_LINE.match(after)
    if after[0] in "，、。；：！？,;）)〕】》”" and not DATE_LINE.match(after):
        return True
    if _adds_units(before, after):
        return True
    if (
        width is not None
        and last_length >= width - 2
        and before[-1] in ")）]”；;"
        and not _starts_block(after)
    ):
        return True
    if before[-1] in _TERMINAL or DATE_LINE.match(before) or _starts_block(after):
        return False
    if before[-1] in "，,、":
        return True
    if width is not None and last_length >= width - 2:
        return True
    if is_label_line(before):
        return last_length >= 25
    marks = "。；;" if mark_of(before) else "。；;，,"
    return len(before) > 25 and any(mark in before for mark in marks)
