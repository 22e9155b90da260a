"""The words of which citations are made, as pieces of regular expressions without named groups.

立法技术规范（试行）（一） 第4、19、20条 asks for 《》 or the bare name, 本法第…条第…款第…项, 前款, 前两款; local and older texts also
write 第（三）、（四）项, 第五、六条, 第六条（五）项, 〈〉 and <> inside 《》.
"""

from __future__ import annotations

import re

N = r"(?:[零〇○一二两三四五六七八九十百千]{1,9}|[0-9０-９]{1,9})"
BLANK = r"[ \u3000\xa0]?"
_VALUE = rf"(?:[（(]{BLANK}{N}{BLANK}[）)]|{N})"
_JOIN = r"(?:、|和|及|或者?|以及|至|到|－|—|-|~|～)"
_MORE = rf"(?:{BLANK}{_JOIN}{BLANK}第?{BLANK}{_VALUE}){{0,40}}"
_UNIT = (
    r"(?:条(?![件例线约款])"
    rf"(?:{BLANK}之{BLANK}[一二三四五六七八九十](?![一-龥]*?款项)[一二三四五六七八九十]?(?:至(?:第{N}条)?之[一二三四五六七八九十]+)?)?"
    r"|款(?![项额待式])|项(?!目)|目(?![标的录前光])|分?编(?![制号码写排入])|章(?!程)|节(?![目约能点日假气育水余]))"
)
ELEMENT = rf"第{BLANK}{_VALUE}{_MORE}{BLANK}{_UNIT}"
"""第十条之一, 第（三）、（四）项, 第五、六、七条."""
SHORT = rf"(?:[（(]{N}[）)]{_MORE}项(?!目)|{N}项(?!目))"
"""（五）项 behind 第六条, 七项 behind 第四项至."""
ELEMENTS = rf"{ELEMENT}(?:{BLANK}(?:{ELEMENT}|{SHORT}))*"

TITLE = r"《[^《》\n]{0,300}(?:《[^《》\n]{0,300}》[^《》\n]{0,300}){0,8}》"
NOTE = r"[（(](?=[^\n]{0,120}?(?:号|简称|下称|统称))[^（）()\n]{0,200}(?:[（(][^（）()\n]{0,200}[）)][^（）()\n]{0,200}){0,6}[）)]"
"""（法释〔2009〕19号，以下简称《解释》） behind a title."""

VERSION = r"[（(](?:(?:19|20)[0-9]{2}年?)?(?:第[一二三四五六七八九十]次)?(?:修正|修订|修改|版|修正本|修订本|本)[）)]"
"""（2019年修正） behind a title: part of the citation where a provision follows."""

KINDS_OF_TEXT = (
    "实施条例|暂行条例|管理条例|条例|法典|基本法|组织法|法|暂行规定|若干规定|规定|暂行办法|实施办法|管理办法|办法|实施细则|细则|"
    "规则|规程|规范|解释|决定|决议|章程|准则|标准|通知|通告|公告|意见|方案|批复|安排|制度|公约|协定|议定书|纲要|通则|总则|分则|宪法|宪章"
)
SELF = rf"[本该同](?:[一-龥]{{0,4}}?)(?:{KINDS_OF_TEXT})"
_BEFORE = r"[一二两三四五六七八九]?(?:条(?![件例约])|款(?![项额])|项(?!目)|章(?!程)|节(?![目约])|编)"
_THIS = r"(?:条(?![件例约款])|款(?![项额])|项(?=规定|所列|第|的规定)|章(?!程)|节(?![目约])|分?编(?![制码]))"
_THAT = r"(?:条(?![件例约款])|款(?![项额])|项(?=规定|第|的规定))"
RELATIVE = rf"(?:前{_BEFORE}|本{_THIS}|[该上]{_THAT})"
NAME = rf"[一-龥]{{1,24}}?(?:{KINDS_OF_TEXT}|修正案(?:[（(]{N}[）)])?)"
SEPARATOR = r"(?:、|和|及|以及|或者|或|与|至|到|－|—|~|～)"
_GAP = rf"{BLANK}{SEPARATOR}{BLANK}"
BARE = r"[一二三四五六七八九]?[十百][一二三四五六七八九十百]{0,4}条(?![件例线约款路])"
"""十五条 behind 第十四条、 written without 第."""

_CONTINUED = (
    rf"(?:{_GAP}(?:{ELEMENTS}|{SHORT}|{BARE}(?:{ELEMENTS})?|{RELATIVE}(?:{BLANK}{ELEMENTS})?"
    rf"|(?:{SELF}|{TITLE}(?:{NOTE})?){BLANK}{ELEMENTS}|{SELF}(?=规定|的|有关|所|第|[^一-龥]|$)|{NAME}{BLANK}{ELEMENTS}))*"
)

_NO_HEAD = rf"(?:(?<!\n第)|(?!{N}条(?:之{N})?\s))"
_BELOW = rf"(?:{BLANK}{ELEMENTS})?{_CONTINUED}"

CHAIN = re.compile(
    rf"第{_NO_HEAD}{ELEMENTS[1:]}{_CONTINUED}"
    rf"|{TITLE}(?:(?:{BLANK}(?:{NOTE}|{VERSION}))?{BLANK}{ELEMENTS}{_CONTINUED}|{NOTE})?"
    rf"|前{_BEFORE}{_BELOW}|本{_THIS}{_BELOW}|该{_THAT}{_BELOW}|上{_THAT}{_BELOW}"
)
"""A whole citation: works and provisions joined by 、和及以及或者至. A bare name in front is found by looking back.
Each alternative begins with one literal, so that the search skips from one such mark to the next."""
