"""The grammar of a statement of responsibility: labels (牵头单位：), verbs (…牵头，…配合), conventions (排在第一位的部门为牵头部门).

It takes the words inside the brackets, or after them on their own line, and says who does what.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from fadu.core.text.plan import deadlines, names
from fadu.core.text.plan.model import Units

_NOUN = "(?:单位|部门|机关|机构|科室|处室|股室|主体|方)"
_LABELS: tuple[tuple[str, str], ...] = (
    (
        "people",
        r"(?:责任|分管|牵头|包抓|挂点|联系|主管|包保)(?:市|县|区|州)?领导|(?:第一|直接|主要)?责任人|负责人|联系人|牵头人|联络员",
    ),
    (
        "deadline",
        r"(?:完成|办结|责任|整改|推进|实施|计划完成|任务完成|预计完成|落实)?(?:时限|期限)(?:要求)?|(?:完成|时间|实施|计划|预计|推进|办结)+时间(?:节点|安排|要求)?|时间(?:节点|要求|安排|进度)|进度(?:安排|要求)|时限要求|完成(?:节点|日期)",
    ),
    (
        "lead",
        rf"(?:总|主要)?牵头(?:责任|负责|落实|实施|组织)?{_NOUN}?|主(?:办|责|要责任|要负责|管){_NOUN}|第一责任{_NOUN}|首要责任{_NOUN}",
    ),
    (
        "support",
        rf"(?:主要)?(?:配合|协办|协助|协同|协作|参与|参加|联办|会办|支持)(?:责任|落实|实施)?{_NOUN}?|成员单位",
    ),
    ("guide", rf"(?:业务|督促|监督)?(?:指导|督导|督办|监督|督查){_NOUN}"),
    (
        "resp",
        rf"(?:具体)?(?:责任|负责|承办|落实|实施|承担|执行|完成|组织实施|主体责任){_NOUN}|责任|任务分工|责任分工",
    ),
)
LABEL = re.compile(
    r"[【\[〔［]?\s*(?:"
    + "|".join(f"(?P<{role}>{words})" for role, words in _LABELS)
    + r")\s*(?:[】\]〕］]\s*[:：]?|[:：]|为(?=[市县区省州镇乡各国0-9]))\s*"
)
_SPACED_LABEL = re.compile(rf"^\s*(?P<word>(?:牵头|责任|配合|指导|主办|协办|承办){_NOUN})[\s\u3000]+(?=\S)")
_MANNER = r"(?:共同|分别|具体|统一|各自|依法|切实)*"
_DUTY = r"(?:(?:按照?|依|根据|结合|依据|依照)(?:各自|部门|工作|法定)*(?:职责|职能|分工|任务分工|权限|要求)+(?:分工|任务|范围|权限)?)?"
_VERBS: tuple[tuple[str, str], ...] = (
    (
        "lead",
        r"(?:负责)?(?:总)?牵头(?:负责|落实|实施|组织|抓总|推进|办理|协调|单位)*|(?:负责)?统筹(?:协调|推进|负责)*|为(?:总)?牵头(?:单位|部门)|主办|抓总",
    ),
    (
        "support",
        r"(?:积极|协同|协助|参与|参加|协作)*(?:配合|参加|参与|协助|协同|协办|支持)(?:实施|落实|单位|办理|推进|负责)*",
    ),
    ("guide", r"(?:负责)?(?:业务)?(?:指导|督导|督促指导|监督指导|督查|督办|督促|监督)(?:落实)?"),
    (
        "resp",
        r"(?:组织|抓好|推进|做好)?(?:负责|落实|实施|承担|承办|办理|执行|完成)(?:落实|实施|组织实施|推进|执行|办理|本辖区.{0,8}|相关工作|具体工作)*",
    ),
)
VERB = re.compile(
    rf"(?<![（(])(?P<manner>{_MANNER}{_DUTY}{_MANNER})(?:"
    + "|".join(f"(?P<{role}>{words})" for role, words in _VERBS)
    + r")(?=\s*(?:[、，,；;。.）)\]〕】]|$|和|会同))"
)
_NOTED = re.compile(
    r"[（(](?:(?P<lead>(?:总|主要)?牵头(?:单位|部门)?|主办(?:单位)?)|配合(?:单位|部门)?|协办(?:单位)?)[)）]$"
)
_WITH = re.compile(r"(?:会同|商)")
CONVENTION = re.compile(
    r"[，,。；;、（(]?\s*(?:各项任务|以上|上述|以下|其中)?[，,]?(?:责任单位中)?[，,]?(?:排列?|列|排名|位列|居|名列)?在?(?:第一位?|首位|第一个)的?(?:者|部门|单位|责任单位)?[，,]?"
    r"(?:均)?(?:为|是|系|作为)(?:总)?牵头(?:责任)?(?:者|部门|单位|机关)?(?:[，,。；;]?\s*下同)?[。]?"
)
_ALSO = re.compile(r"[，,。；;]?\s*(?:以下|下)(?:均)?(?:同|均需?.{0,24}(?:不再|不一一).{0,6})[。]?$")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement read. ``sound`` tells whether every name in it can be an organ; ``signed`` whether a label or verb says so."""

    who: Units
    sound: bool
    signed: bool
    convention: bool


def states_convention(text: str) -> bool:
    """Whether a text lays down that the first unit named leads (排在第一位的部门为牵头部门)."""
    return bool(CONVENTION.search(text))


def parse(raw: str, *, first_leads: bool = False) -> Statement:
    """Read one statement, brackets included. ``first_leads`` is the convention in force at that place."""
    inner = _bare(raw)
    convention = states_convention(inner)
    inner = _ALSO.sub("", CONVENTION.sub("", inner))
    found = _Parts()
    for role, words in _labelled(inner):
        if role == "people":
            found.people += names.split(words)[0]
        elif role == "deadline":
            found.dates.append(words.strip(" \t\u3000，,。；;"))
        else:
            found.read(role, words)
    return Statement(found.units(raw, first_leads or convention), found.sound(), found.signed, convention)


def _bare(raw: str) -> str:
    """The words without the brackets around them, several brackets in a row joined."""
    text = re.sub(r"\n\s*[（(]([^（()）\n]+)[)）](?=\s*(?:\n|$))", r"\n\1", raw).strip(" \t\u3000。；;，,")
    text = (
        re.sub(r"[）)〕\]】］]\s*[（(〔\[【［]", "；", text)
        if text[:1] in "（(〔[【［" and LABEL.search(text)
        else text
    )
    while len(text) > 2 and text[0] in "（(〔[【［" and text[-1] in "）)〕]】］" and _encloses(text):
        text = text[1:-1].strip()
    return text


def _encloses(text: str) -> bool:
    depth = 0
    for position, char in enumerate(text):
        depth += (char in "（(〔[【［") - (char in "）)〕]】］")
        if depth == 0 and position < len(text) - 1:
            return False
    return True


def _labelled(text: str) -> list[tuple[str, str]]:
    """The runs of text with the role of the label before each; ``""`` where no label stands."""
    spaced = _SPACED_LABEL.match(text)
    if spaced:
        text = f"{spaced.group('word')}：{text[spaced.end() :]}"
    runs: list[tuple[str, str]] = []
    role, begin = "", 0
    for found in LABEL.finditer(text):
        before = text[begin : found.start()]
        if before.strip() and not role and before.rstrip()[-1:] not in "，,；;。、\n" and begin == 0:
            continue  # a word such as 责任 inside a name
        if before.strip(" \t\u3000，,；;。\n"):
            runs.append((role, before))
        role, begin = found.lastgroup or "", found.end()
    if text[begin:].strip(" \t\u3000，,；;。\n"):
        runs.append((role, text[begin:]))
    return runs


class _Parts:
    """What has been read so far, in order: (role, name)."""

    def __init__(self) -> None:
        self.named: list[tuple[str, str]] = []
        self.people: list[str] = []
        self.dates: list[str] = []
        self.etc = False
        self.signed = False

    def read(self, role: str, words: str) -> None:
        """Names under one label, or under none: verbs inside say more."""
        self.signed = self.signed or bool(role)
        for line in words.split("\n"):
            self._read_line(role, self._take_dates(line))

    def _read_line(self, role: str, words: str) -> None:
        begin = 0
        for found in VERB.finditer(words):
            self.signed = True
            self._add(found.lastgroup or "resp", words[begin : found.start()])
            begin = found.end()
            ahead = _WITH.match(words, begin)
            if ahead:
                begin = ahead.end()
        self._add(role, words[begin:])

    def _take_dates(self, words: str) -> str:
        kept: list[str] = []
        for piece in re.split(r"([，,；;。])", words):
            if piece and not names.is_unit(piece) and deadlines.is_deadline_clause(piece.strip()):
                self.dates.append(piece.strip())
                if kept:
                    kept.pop()
            else:
                kept.append(piece)
        return "".join(kept)

    def _add(self, role: str, words: str) -> None:
        together = _WITH.search(words)
        if together and names.is_unit(words[: together.start()].split("、")[-1], strict=True):
            self.signed = True
            self._add("lead", words[: together.start()])
            self._add("support", words[together.end() :])
            return
        found, etc = names.split(re.sub(r"^[、，,；;。和\s]+", "", words))
        self.etc = self.etc or etc
        for name in found:
            noted = _NOTED.search(name)  # 市司法局（牵头）、市财政局
            own = "lead" if noted and noted.group("lead") else "support" if noted else role or "none"
            name = name[: noted.start()] if noted else name
            if name and name not in {known for _role, known in self.named}:
                self.named.append((own, name))
                self.signed = self.signed or bool(noted)

    def sound(self) -> bool:
        return bool(self.named) and all(names.is_unit(name) for _role, name in self.named)

    def units(self, raw: str, first_leads: bool) -> Units:
        """Roles settled: 责任单位 beside a 牵头 supports; 负责 beside 配合 or 指导 alone leads; alone it has no rank."""
        stated = {role for role, _name in self.named}
        lead = [name for role, name in self.named if role == "lead"]
        support = [name for role, name in self.named if role == "support"]
        guide = [name for role, name in self.named if role == "guide"]
        plain = [name for role, name in self.named if role in ("resp", "none")]
        if lead:
            support = [name for role, name in self.named if role in ("resp", "none", "support")]
        elif plain and stated & {"support", "guide"}:
            lead = plain
        elif plain and first_leads:
            lead = plain[:1]
        everyone = tuple(name for _role, name in self.named)
        return Units(
            raw=raw.strip(),
            units=everyone,
            lead=tuple(lead),
            support=tuple(support),
            guide=tuple(guide),
            etc=self.etc,
            sets=tuple(name for name in everyone if names.is_set(name)),
            deadline_text="；".join(self.dates) or None,
            people=tuple(self.people),
        )
