"""The words of a pattern: literal, or with a few marks, never a regular expression of the file's own.

A word may hold ``…`` (up to twelve characters of the same clause), ``{amount}`` (a sum of money), ``{percent}``,
``{number}``, ``{days}`` (a period), ``{cert}`` (a certificate in 《》), ``{here}`` (this place: 本市, 县内 …), ``{company}``, ``{org}`` (an organ of
administration), ``{office}`` (how its name ends), ``{fee}``, ``{licence}``, ``{if}`` (a hypothetical: …的，),
``{localfirm}`` (a firm or house named by its place or in full), ``{end}`` (a clause ends here), ``{yes}`` (no 未 or 不 stands before). ``@name``
stands for a whole list of ``lists.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from fadu.core.errors import DefinitionError

_N = r"[0-9０-９一二三四五六七八九十百千万亿零〇两几.．]"
MARKS = {
    "…": r"[^。；;，,：:！？\n]{0,12}?",
    "{amount}": rf"(?:人民币)?{_N}++(?:,\d{{3}})*+ ?(?:余|多)?元",
    "{percent}": rf"(?:{_N}++ ?[%％‰]|[百千万]分之{_N}++)",
    "{number}": rf"{_N}++",
    "{days}": rf"{_N}++ ?个?(?:工作日|日|天|月|年|小时|周|星期)",
    "{cert}": r"《[^》\n]{1,24}(?:证|证书|证明|许可|批文|准运单|通行证|资格|卡)》",
    "{here}": r"(?:[本我][省市县区镇乡旗州地](?!级|长)|[市县镇]域内?|(?:县城|中心城|市|城)区内?(?=[的须应设有注])|(?:开发|产业|工业|高新)园?区(?=注册|设立|内)|[Xx×]{1,2}[省市县区镇](?!级|长)|[省市县镇](?:[域区境]|行政区)?内|(?<![一-龥])区内|辖区内|(?:本|行政)区域内|当地|属地)",
    "{org}": r"(?:[一-龥Xx×]{0,8}?(?:部门|机关|政府|办事处|街道|乡镇|村委会|居委会|村（居）委会|民委员会|社区|派出所|管委会|中心|协会|领导小组|[局委办站所科队院]))",
    "{office}": r"(?:部门|机关|政府|办事处|街道|乡镇|村委会|居委会|民委员会|社区|派出所|管委会|中心|协会|领导小组|[局委办站所科队院])",
    "{fee}": r"(?:[一-龥]{1,9}?(?:费(?!用|者)|补偿金|调节金|统筹款|占用金|专项资金|配套资金|建设资金|基金))",
    "{licence}": r"(?:《[^》\n]{1,24}》|[一-龥]{1,9}?(?:许可证|(?<![保认论验公听取查凭佐份鉴印签求举身旁])证(?![明据实件券监书人照言交])|资格证书|合格证书|手册|经营许可|通行卡|服务卡|登记卡|资格牌|准运单|准购卡|许可))",
    "{if}": r"(?:[的者户]的?[，,]|凡|未|拒|逾|违|屡|乱|擅自|不(?:接受|服从|配合|参加|按|缴|履行|愿|听|整改|达标|合格|及时)|对[^，,。；]{2,24}[，,])",
    "{localfirm}": r"(?:[省市县区镇乡州旗][一-龥]{0,12}?(?:公司|集团|宾馆|酒店|银行|农商行|信用社|医院|印刷厂|招待所|供销社|书店|超市|检测站|检测中心|测绘院|设计院|鉴定所|殡仪馆|城投|交投|旅投|水投|合作社|加油站|传媒|协会)|[一-龥]{2,10}有限(?:责任)?公司)",
    "{yes}": r"(?<![未不有否])",
    "{end}": r"(?=[，,。；;：:、）)]|$)",
    "{company}": r"(?:[一-龥A-Za-z×（）()]{2,20}?(?:有限责任公司|股份有限公司|有限公司|集团公司|集团|总公司|开发公司|投资公司|运营公司|服务公司|经营公司|供应站|公司))",
}
_MARK = re.compile("|".join(re.escape(mark) for mark in MARKS))


def expand(words: Iterable[str], lists: Mapping[str, list[str]], where: str) -> Iterator[str]:
    """The words with every ``@name`` replaced by its list."""
    for word in words:
        if not word.startswith("@"):
            yield word
        elif word[1:] in lists:
            yield from expand(lists[word[1:]], lists, where)
        else:
            raise DefinitionError(
                f"词表“{word[1:]}”不存在",
                where=where,
                why="模式中以 @ 开头的词指 lists.toml 中的词表",
                cure=f"现有词表：{'、'.join(sorted(lists))}",
            )


def compiled(words: Iterable[str], lists: Mapping[str, list[str]], where: str) -> re.Pattern[str]:
    """One expression for the words, the longest first."""
    found = sorted(set(expand(words, lists, where)), key=lambda word: (-len(word), word))
    if not found or "" in found:
        raise DefinitionError("词表是空的", where=where, cure="至少写一个词")
    for word in found:
        if unknown := re.search(r"\{[^}]*\}", _MARK.sub("", word)):
            raise DefinitionError(
                f"不认识的记号“{unknown[0]}”", where=where, cure=f"可用：{'、'.join(MARKS)}"
            )
    return re.compile(_tree([tokens for word in found for tokens in _alternatives(word)]))


def literal(words: Iterable[str], lists: Mapping[str, list[str]], where: str) -> tuple[str, ...]:
    """The words of an anchor, which must be literal: they are looked for in the whole text."""
    found = tuple(dict.fromkeys(expand(words, lists, where)))
    for word in found:
        if _MARK.search(word) or "{" in word or len(word) < 2:
            raise DefinitionError(
                f"锚词“{word}”不能用",
                where=where,
                why="锚词须为两个字以上的原文",
                cure="把记号移到 before、after 或 also",
            )
    return found


_IF_WAYS = (
    "的{，}",
    "的的{，}",
    "者{，}",
    "者的{，}",
    "户{，}",
    "户的{，}",
    "凡",
    "未",
    "拒",
    "逾",
    "违",
    "屡",
    "乱",
    "擅自",
    "不{not}",
    "对{whom}",
)
"""What ``{if}`` stands for, each beginning with a character of its own."""
_IF_PARTS = {
    "{，}": "[，,]",
    "{not}": "(?:接受|服从|配合|参加|按|缴|履行|愿|听|整改|达标|合格|及时)",
    "{whom}": "[^，,。；]{2,24}[，,]",
}


def _alternatives(word: str) -> list[list[str]]:
    """The tokens of a word; a mark that begins it is written so that the expression begins with a character: a search for
    words that all do jumps from one of their first characters to the next, one that may begin with anything does not."""
    if word.startswith("{yes}") and len(word) > 6 and word[5] not in "{…":
        first = re.escape(word[5])
        return [[f"{first}{MARKS['{yes}'][:-1]}{first})", *_tokens(word[6:])]]
    if word.startswith("{if}"):
        rest = _tokens(word[4:])
        return [
            [*(_IF_PARTS.get(part) or re.escape(part) for part in _parted(way)), *rest] for way in _IF_WAYS
        ]
    return [_tokens(word)]


def _parted(way: str) -> list[str]:
    return re.findall(r"\{[^}]+\}|.", way)


def _tokens(word: str) -> list[str]:
    """The expression of each mark and each character."""
    tokens: list[str] = []
    position = 0
    for mark in _MARK.finditer(word):
        tokens += [re.escape(char) for char in word[position : mark.start()]]
        tokens.append(MARKS[mark[0]])
        position = mark.end()
    return tokens + [re.escape(char) for char in word[position:]]


def _tree(words: list[list[str]]) -> str:
    """One expression that reads a common beginning once: a hundred words cost little more than one."""
    branches: dict[str, list[list[str]]] = {}
    ends = False
    for word in words:
        if word:
            branches.setdefault(word[0], []).append(word[1:])
        else:
            ends = True
    found = [token + _tree(rest) for token, rest in branches.items()]
    if not found:
        return ""
    if len(found) == 1 and not ends:
        return found[0]
    return f"(?:{'|'.join(found)}){'?' if ends else ''}"
