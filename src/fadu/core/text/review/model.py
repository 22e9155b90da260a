"""What a review rule is, and what it finds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

KINDS = {
    "penalty": "设定处罚",
    "permit": "设定许可、审批、备案义务",
    "fee": "收费、保证金",
    "rights": "减损权利或者增加义务",
    "local_protection": "地方保护、限制外地",
    "designated_operator": "限定经营",
    "certificate": "证明事项",
    "coercive": "行政强制",
    "outdated_basis": "依据已经取消",
    "drafting": "文字差错",
}
"""The ten kinds of finding."""

LEVELS = ("规范性文件", "规章", "国务院文件", "法律法规")
"""What the text reviewed is. A document of the State Council may itself be the basis that other documents need
(优化营商环境条例 第六十四条第一款: 国务院决定和命令); a law or regulation may set what a document may not."""

SEVERITIES = {"error": "不合法", "warning": "存疑", "hint": "提示"}
"""From certain to doubtful. A rule not proven on labelled texts is shown as ``hint`` whatever its file says."""

PROVING, PRECISION = 10, 0.8
"""How many labelled hits and real examples prove a rule, and which share of the hits must be right."""

RANKS = ("document", "rule", "regulation", "law")
"""The rank of a work cited, from the lowest: other documents, 规章, 法规 and State Council decisions, 法律."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Words that must stand before or behind the anchor, at most ``within`` characters away (0: anywhere there)."""

    words: re.Pattern[str]
    within: int = 0


@dataclass(frozen=True, slots=True)
class Unless:
    """A citation of another work of at least ``rank`` in the same ``unit`` takes the finding away."""

    unit: str
    rank: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """One shape of words over the structure: an anchor, and what must and must not stand around it.

    ``unit`` is the stretch looked at: ``clause`` (to the next comma), ``sentence``, ``paragraph``, ``provision``.
    ``before`` and ``after`` follow each other in the order given, outwards from the anchor; ``also`` stands anywhere
    in the unit. With ``lead_not`` a sentence that only names a case (…的；) is left out too. ``near`` are words that negate directly before the anchor, ``near_after`` directly behind it.
    """

    anchors: tuple[str, ...]
    unit: str
    before: tuple[Slot, ...] = ()
    after: tuple[Slot, ...] = ()
    also: tuple[re.Pattern[str], ...] = ()
    without: re.Pattern[str] | None = None
    near: re.Pattern[str] | None = None
    near_after: re.Pattern[str] | None = None
    subject_not: re.Pattern[str] | None = None
    lead: re.Pattern[str] | None = None
    lead_not: re.Pattern[str] | None = None
    title: re.Pattern[str] | None = None
    unless_reference: Unless | None = None
    unless_basis: int | None = None
    unless_local_basis: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence of the rule file that must, or must not, be found."""

    text: str
    found: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing a legality reviewer looks for. ``basis`` is printed in full, ``check`` names a check of structure,
    ``without`` are words of the sentence that take away whatever its patterns find there."""

    name: str
    kind: str
    title: str
    basis: str
    severity: str
    explanation: str
    cure: str
    levels: tuple[str, ...]
    patterns: tuple[Pattern, ...] = ()
    check: str = ""
    not_title: re.Pattern[str] | None = None
    without: re.Pattern[str] | None = None
    examples: tuple[Example, ...] = ()
    hits: int = 0
    right: int = 0
    real_hits: int = 0
    real_right: int = 0
    real_found: int = 0
    real_not: int = 0
    """``hits`` on labelled texts and how many were ``right``; the same on real texts alone, and how many real examples
    there are that must be found and that must not."""

    @property
    def doubt(self) -> str:
        """Why the rule counts as unproven; empty when it was found right in at least eight of ten of at least ten hits,
        on real texts too, with at least ten real examples of either side."""
        if self.hits < PROVING or self.right < PRECISION * self.hits:
            return f"标注命中 {self.hits} 处，正确 {self.right} 处"
        if min(self.real_found, self.real_not) < PROVING:
            return f"真实文本的例子不足：应当找到的 {self.real_found} 个，不应找到的 {self.real_not} 个，各须 {PROVING} 个"
        if self.real_hits < PROVING or self.real_right < PRECISION * self.real_hits:
            return f"真实文本中命中 {self.real_hits} 处，正确 {self.real_right} 处"
        return ""

    @property
    def proven(self) -> bool:
        """Whether nothing stands against showing it with its own severity."""
        return not self.doubt

    @property
    def shown(self) -> str:
        """The severity shown."""
        return self.severity if self.proven else "hint"


@dataclass(frozen=True, slots=True)
class Finding:
    """``text[start:end] == quote`` is what ``rule`` found. ``where`` names the provision, ``beside`` quotes the superior
    law or the other text where the rule compares."""

    start: int
    end: int
    quote: str
    kind: str
    rule: str
    reason: str
    severity: str
    where: str = ""
    basis: str = ""
    cure: str = ""
    beside: str = ""

    def as_json(self) -> dict[str, Any]:
        """The finding as ``fadu text review --json`` prints it."""
        return {name: getattr(self, name) for name in Finding.__slots__}


@dataclass(frozen=True, slots=True)
class Told:
    """A work or item named in the data of the rules: repealed by what, on which day, and where that is said."""

    title: str
    words: tuple[str, ...]
    on: str
    by: str
    basis: str
    status: str


Search = Callable[[str, int, int], re.Match[str] | None]
"""``search`` or ``match`` of an expression, bound: an anchor is asked for hundreds of times in a text."""


class Owner(NamedTuple):
    """Whose anchor a word is, and what is asked first because it stands next to the anchor; ``None`` asks nothing.

    ``before`` must be found at most ``back`` characters before the anchor, ``after`` at most ``on`` behind it;
    ``near`` must not be found before it, nor ``near_after`` begin behind it.
    """

    name: str
    rule: Rule
    pattern: Pattern
    before: Search | None
    back: int
    after: Search | None
    on: int
    near: Search | None
    near_after: Search | None


Owners = tuple[Owner, ...]


class Anchor(NamedTuple):
    """A word of the rules: ``offset`` is how far into it the characters stand by which it is looked for, ``order``
    which of the words at one place comes first."""

    word: str
    length: int
    offset: int
    order: int
    owners: Owners


class Row(NamedTuple):
    """What a pair of characters may stand for: itself, words in which it stands, and by the character behind it more."""

    pair: Anchor | None
    words: tuple[Anchor, ...]
    three: dict[str, tuple[Anchor, ...]] | None


@dataclass(frozen=True, slots=True)
class Book:
    """All rules and the data they use. ``finder`` says where an anchor may stand, ``rows`` gives for each level the
    anchors by the two characters with which their looked-for part begins."""

    rules: tuple[Rule, ...]
    finder: re.Pattern[str]
    rows: dict[str, dict[str, Row]]
    repealed: dict[str, Told] = field(default_factory=dict)
    abolished: dict[str, Told] = field(default_factory=dict)

    def rule(self, name: str) -> Rule:
        """The rule of a name."""
        return next(rule for rule in self.rules if rule.name == name)
