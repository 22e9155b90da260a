"""The whole vocabulary of a law file: every word, what stands behind it, and a sentence a jurist can read.

The strict reader (``shape``), the JSON Schema for editors (``schema``) and the builder (``build``) all follow this
table; a word that is not here does not exist. There are no expressions: the values are names, texts, dates and
lengths of time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum


class Kind(StrEnum):
    """What may stand behind a word."""

    TEXT = "文字"
    NAME = "名称"
    NAMES = "名称或名称列表"
    FLAG = "true 或 false"
    NUMBER = "整数"
    DATE = "日期"
    TIME = "期限（如 20 workdays、60 days、3 months）"
    BASIS = "引文（如 25②、30）"
    CHOICES = "［键，中文］的列表"
    FLAG_OR_NAMES = "true、false 或名称列表"
    TEXT_OR_NUMBER = "文字或整数"
    MAP = "名称到名称的表"
    ANY = "名称到值的表"
    TABLE = "表"
    TABLES = "以名称为键的表"
    LIST = "表的列表"
    ONE_OR_LIST = "一个表或表的列表"


@dataclass(frozen=True)
class Word:
    """One word: kind, sentence, whether it must be given, its closed list of values, the table behind it."""

    kind: Kind
    sentence: str
    required: bool = False
    values: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Table:
    """One table of a law file; ``title`` is what messages call it."""

    title: str
    words: dict[str, Word] = field(default_factory=dict)


def _text(sentence: str, *, required: bool = False) -> Word:
    return Word(Kind.TEXT, sentence, required)


def _choice(sentence: str, *values: str, required: bool = False) -> Word:
    return Word(Kind.NAME, sentence, required, values)


def _name(sentence: str, *, required: bool = False) -> Word:
    return Word(Kind.NAME, sentence, required)


def _names(sentence: str, *values: str, required: bool = False) -> Word:
    return Word(Kind.NAMES, sentence, required, values)


def _flag(sentence: str) -> Word:
    return Word(Kind.FLAG, sentence)


def _basis(sentence: str = "依据的条款", *, required: bool = False) -> Word:
    return Word(Kind.BASIS, sentence, required)


TITLE = _text("人看到的名称", required=True)
SOURCE = _name("依据的规范（与本文件的规范不同时）")
GUARDS = {
    "when": _names("只有这些事实都为“是”才适用"),
    "when_all": _names("这些事实都为“是”才适用"),
    "when_any": _names("这些事实有一个为“是”即适用"),
    "unless": _names("这些事实都为“否”才适用"),
}
CONSEQUENCES = {
    "owes": _names("此后必须做的步骤"),
    "ends": Word(Kind.FLAG_OR_NAMES, "程序终结；列出的步骤仍应完成"),
    "supersedes": _names("使这些已完成的步骤失效，须重新办理"),
    "restarts_from": _name("从该步骤起重新履行全部程序"),
    "discharges": _names("免除这些应办步骤"),
    "effects": _names("法定后果（由系统执行）"),
}

ROLE = Table(
    "角色",
    {
        "title": TITLE,
        "kind": _choice(
            "职能、当事人、公众、名册或者时钟", "function", "party", "public", "register", "clock"
        ),
        "organ": _name("职能所在的机关"),
        "function": _choice("职能", "handle", "review", "approve", "decide", "head", "secretary", "register"),
        "register": _name("名册"),
        "real_name": Word(Kind.NUMBER, "当事人、公众办理时账号须达到的实名等级（1 至 3）"),
        "basis": _basis(),
        "source": SOURCE,
    },
)
SETTING = Table(
    "参数",
    {
        "title": TITLE,
        "value": Word(Kind.TEXT_OR_NUMBER, "值", True),
        "basis": _basis(),
        "source": SOURCE,
        "status": _choice("核对情况", "verified", "unverified", "local"),
        "from": Word(Kind.DATE, "施行日期"),
        "organ": _text("制定机关"),
        "level": _name("适用层级"),
    },
)
FACT = Table(
    "事实",
    {
        "title": TITLE,
        "asked": _names("在哪些步骤询问", required=True),
        "basis": _basis(required=True),
        "source": SOURCE,
        "help": _text("怎样判断"),
        "checklist": _flag("列入合法性审查清单，审查人可以推翻"),
        "check": _name("由系统查询回答"),
    },
)
GROUP = Table(
    "条件组",
    {
        "title": _text("名称"),
        "any": _names("满足其一即可", required=True),
        "basis": _basis(),
        "source": SOURCE,
    },
)
WAIT = Table(
    "等待期",
    GUARDS
    | {
        "kind": _choice("届满、保障、提前或到期", "elapse", "grant", "before", "reached", required=True),
        "time": Word(Kind.TIME, "多长"),
        "setting": _name("多长，取自参数"),
        "from": _names("自哪些步骤起算（默认为前置步骤）"),
        "planned": _name("相对于哪个计划日期"),
        "force": _choice("刚性或柔性", "hard", "soft"),
        "law": _name("计算规则所依据的法律"),
        "basis": _basis(),
        "source": SOURCE,
    },
)
EXTENSION = Table(
    "延期",
    {
        "time": Word(Kind.TIME, "最长多久", True),
        "by": _names("由谁批准", required=True),
        "times": Word(Kind.NUMBER, "最多几次"),
        "notice": _flag("须告知当事人"),
        "basis": _basis(),
        "source": SOURCE,
    },
)
LIMIT = Table(
    "期限",
    {
        "time": Word(Kind.TIME, "多长"),
        "setting": _name("多长，取自参数"),
        "from": _name("自何时起算：步骤，或 served、received、knew"),
        "law": _name("计算规则所依据的法律"),
        "extension": Word(Kind.TABLE, "延期", table=EXTENSION),
        "paused_while": _names("哪些期间不计入"),
        "on_expiry": _name("届满未办的法律后果：步骤.结果"),
        "replaces": _name("取代哪个步骤的期限而保留其起点"),
        "roll": _flag("末日为休息日时是否顺延"),
        "keeps": _flag("重新办理时起点不变"),
        "basis": _basis(),
        "source": SOURCE,
    },
)
FIELD = Table(
    "字段",
    {
        "title": TITLE,
        "type": _choice(
            "类型", "text", "longtext", "number", "money", "date", "datetime", "choice", "choices", "bool", "organ",
            "organs", "person", "persons", "file", "files", "table", "reference", required=True,
        ),
        "required": Word(Kind.FLAG_OR_NAMES, "必填，或在哪些结果下必填"),
        "class": _choice("信息类别（未写即个人信息）", "public", "internal", "personal", "sealed"),
        "choices": Word(Kind.CHOICES, "选项"),
        "min": Word(Kind.TEXT_OR_NUMBER, "最小值"),
        "max": Word(Kind.TEXT_OR_NUMBER, "最大值"),
        "max_length": Word(Kind.NUMBER, "最多字数"),
        "register": _name("引用的名册"),
        "help": _text("填写说明"),
        "basis": _basis(),
        "source": SOURCE,
    },
)  # fmt: skip
FIELD.words["columns"] = Word(Kind.TABLES, "表的列", table=FIELD)
DOCUMENT = Table(
    "材料",
    {
        "title": TITLE,
        "required": Word(Kind.FLAG_OR_NAMES, "必须提交，或在哪些结果下必须"),
        "class": FIELD.words["class"],
        "help": _text("说明"),
        "basis": _basis(),
        "source": SOURCE,
    },
)
PRODUCES = Table(
    "文书",
    {"template": _name("文书格式", required=True), "title": TITLE, "number_series": _name("文号序列"), "basis": _basis(), "source": SOURCE},
)  # fmt: skip
SERVES = Table("送达", {"to": _names("送达给谁", required=True), "basis": _basis(), "source": SOURCE})
DISCLOSURE = Table(
    "公开",
    {
        "shows": _names("公开哪些字段，其余一律不公开", required=True),
        "where": _text("在哪里公开"),
        "when": _text("何时公开：at_once 或期限"),
        "for": _text("公开多久：期限或 permanent"),
        "review": _name("由哪个步骤作保密审查（默认 secrecy_review）"),
        "basis": _basis(required=True),
        "source": SOURCE,
    },
)
DECIDED_BY = Table(
    "表决规则",
    {
        "quorum": _text("出席人数，如 1/2"),
        "majority": _text("head 或多数，如 1/2、2/3"),
        "tie": _choice("票数相等时", "head", "rejected", "defer"),
        "head_last": _flag("行政首长末位表态"),
        "roll": _choice("记名或不记名", "roll_call", "secret"),
        "advisory": _flag("仅供参考"),
        "departure_reason": _flag("与多数意见不一致时说明理由"),
        "dissent_kept": _flag("不同意见如实记录"),
        "passes": _names("表示通过的结果"),
        "basis": _basis(required=True),
        "source": SOURCE,
    },
)
OPENS = Table(
    "子案件",
    {
        "procedure": _name("适用的程序", required=True),
        "per": _text("one，或 field:机关字段"),
        "done_when": _name("all、any 或某个结果"),
        "returns": _name("子案件办结后记入的步骤"),
        "basis": _basis(),
        "source": SOURCE,
    },
)
LINK = Table(
    "关联案件",
    {
        "procedure": _name("对方的程序", required=True),
        "field": _name("写明对方案件的字段"),
        "relation": _text("关系"),
        "on": Word(Kind.MAP, "对方的步骤.结果 = 本案的步骤.结果"),
        "basis": _basis(),
        "source": SOURCE,
    },
)
ACCRUES = Table(
    "按日增长的金额",
    {
        "base": _name("基数字段", required=True),
        "rate": _text("比率，如 3%", required=True),
        "per": _choice("每", "day", "month", required=True),
        "from": _name("起算步骤"),
        "cap": _text("上限：比率，如 100%"),
        "not_while": _names("哪些期间不计"),
        "basis": _basis(required=True),
        "source": SOURCE,
    },
)
OUTCOME = Table(
    "结果",
    {"title": TITLE, "requires": _names("在此结果下必填的字段"), "basis": _basis(), "source": SOURCE}
    | GUARDS
    | CONSEQUENCES,
)
STEP = Table(
    "步骤",
    {
        "title": TITLE,
        "by": _names("谁来做", required=True),
        "basis": _basis(required=True),
        "source": SOURCE,
        "help": _text("一句话说明"),
        "force": _choice("刚性或柔性", "hard", "soft"),
        "escape": _flag("退出性质的步骤（撤回、终止）"),
        "after": _names("必须先完成的步骤（可写明结果）"),
        "after_any": _names("至少先完成其中之一"),
        "wait": Word(Kind.ONE_OR_LIST, "等待期", table=WAIT),
        "not_while_owed": _names("这些步骤应办未办时不得进行"),
        "not_after": _names("这些步骤完成后不得进行"),
        "reviews": _names("审查哪个步骤的文本"),
        "not_same_person_as": _names("不得由这些步骤的同一自然人办理"),
        "channels": _names("允许的方式", "performed", "attested"),
        "repeatable": _flag("可以多次进行"),
        "max": Word(Kind.NUMBER, "最多几次"),
        "required": _flag("前置条件一经满足即应办理"),
        "checks": _names("由系统查询、必须成立的条件"),
        "panel": _name("专用面板"),
        "opens": Word(Kind.TABLE, "子案件", table=OPENS),
        "links": Word(Kind.ONE_OR_LIST, "关联案件", table=LINK),
        "decided_by": Word(Kind.TABLE, "表决规则", table=DECIDED_BY),
        "amount_limit": _name("按金额分级的字段"),
        "silence": _text("逾期不办的含义"),
        "limit": Word(Kind.TABLE, "期限", table=LIMIT),
        "accrues": Word(Kind.TABLE, "按日增长的金额", table=ACCRUES),
        "disclosure": Word(Kind.TABLE, "公开", table=DISCLOSURE),
        "readers": Word(Kind.MAP, "字段 = 谁可以看"),
        "produces": Word(Kind.TABLE, "产生的文书", table=PRODUCES),
        "serves": Word(Kind.TABLE, "送达", table=SERVES),
        "field": Word(Kind.TABLES, "记载的字段", table=FIELD),
        "document": Word(Kind.TABLES, "提交的材料", table=DOCUMENT),
        "outcome": Word(Kind.TABLES, "结果", table=OUTCOME),
    }
    | GUARDS
    | CONSEQUENCES,
)
PAUSE = Table(
    "暂停",
    {
        "title": _text("名称"),
        "from": _names("由哪些步骤开始", required=True),
        "until": _names("由哪些步骤结束", required=True),
        "blocks": _names("期间不得进行的步骤；all 表示除此以外的全部"),
        "ends_by": _names("也使暂停结束的步骤"),
        "basis": _basis(),
        "source": SOURCE,
    },
)
STAGE = Table("阶段", {"title": TITLE, "steps": _names("包含的步骤", required=True)})
GUARANTEE = Table(
    "保证",
    {
        "title": _text("一句话"),
        "never": _names("绝不发生"),
        "without": _names("除非先有"),
        "voided_by": _names("使先前的完成不再算数"),
        "armed_by": _names("自此才要求"),
        "unless": _names("事实为“是”时不要求"),
        "only_when": _names("事实为“是”时才要求"),
        "after": _names("此后"),
        "cannot_rest_without": _names("不完成就不能终止"),
        "lifted_by": _names("由此解除"),
        "basis": _basis(required=True),
        "source": SOURCE,
    },
)
NUMBER = Table(
    "文号", {"series": _name("序列", required=True), "form": _text("格式", required=True), "per": _choice("按什么编号", "year", "none")}
)  # fmt: skip
STARTS = Table(
    "定期启动",
    {
        "every": _choice("多久一次", "year", "month"),
        "on": _text("日期 MM-DD"),
        "basis": _basis(),
        "source": SOURCE,
    },
)
GENERAL_WORDS = {
    "office": _flag("公文办理动作：不满足任何条件，不改变程序状态"),
    "targets": _names("可以针对哪些步骤或事实"),
    "act": _choice(
        "一般动作的效果", "waive", "overturn", "return", "reopen", "extend", "correct", "serve", "explain",
        "child_result", "secrecy_review", "transfer", "join", "split", "note", "contest",
    ),
}  # fmt: skip
STEP.words.update(GENERAL_WORDS)
PROCEDURE = Table(
    "程序",
    {
        "name": _name("英文名，与文件名一致", required=True),
        "title": TITLE,
        "in_force": Word(Kind.DATE, "施行日期", True),
        "source": _name("依据的规范", required=True),
        "levels": _names("适用层级"),
        "opening": _name("开启案件的步骤", required=True),
        "number": Word(Kind.TABLE, "文号", table=NUMBER),
        "starts": Word(Kind.TABLE, "定期启动", table=STARTS),
        "transition": _text("过渡规定"),
        "summary": _text("一句话说明"),
        "group": _text("所属栏目"),
        "sealed": _flag("密封案件（如举报）"),
        "power": _flag("是否须有权力清单载明的现行职权方可办理（默认 true）"),
        "without_general": _names("不适用的一般动作"),
        "role": Word(Kind.TABLES, "角色", table=ROLE),
        "setting": Word(Kind.TABLES, "参数", table=SETTING),
        "fact": Word(Kind.TABLES, "事实", table=FACT),
        "either": Word(Kind.TABLES, "条件组（在 after 中写作 either.名称）", table=GROUP),
        "step": Word(Kind.TABLES, "步骤", True, table=STEP),
        "pause": Word(Kind.TABLES, "暂停", table=PAUSE),
        "stage": Word(Kind.TABLES, "阶段", table=STAGE),
        "guarantee": Word(Kind.LIST, "保证", table=GUARANTEE),
    },
)
GENERAL = Table(
    "一般动作",
    {
        "source": _name("依据的规范", required=True),
        "secrecy": Word(Kind.TABLE, "每个程序的开启步骤都询问的密级", True, table=FIELD),
        "role": Word(Kind.TABLES, "角色", table=ROLE),
        "step": Word(Kind.TABLES, "步骤", True, table=STEP),
        "pause": Word(Kind.TABLES, "暂停", table=PAUSE),
    },
)
# A local rule says of a base step only what it adds or tightens.
REFINED_STEP = Table("补充的步骤", {key: replace(word, required=False) for key, word in STEP.words.items()})
OVERLAY = Table(
    "地方规定",
    {
        "extends": _name("所补充的程序", required=True),
        "source": _name("依据的地方规定", required=True),
        "in_force": Word(Kind.DATE, "施行日期", True),
        "deletes_on": _basis("作为删除依据的同级或上级规定"),
        "delete": _names("删除的步骤"),
        "role": Word(Kind.TABLES, "角色", table=ROLE),
        "fact": Word(Kind.TABLES, "事实", table=FACT),
        "setting": Word(Kind.TABLES, "参数", table=SETTING),
        "step": Word(Kind.TABLES, "步骤", table=REFINED_STEP),
        "stage": Word(Kind.TABLES, "阶段", table=STAGE),
        "guarantee": Word(Kind.LIST, "保证", table=GUARANTEE),
    },
)
SOURCE_FILE = Table(
    "法源",
    {
        "key": _name("简称，与文件名一致", required=True),
        "title": TITLE,
        "number": _text("文号"),
        "issuer": _text("制定机关"),
        "issued": Word(Kind.DATE, "公布日期"),
        "in_force": Word(Kind.DATE, "施行日期"),
        "repealed": Word(Kind.DATE, "废止日期"),
        "level": _text("效力层级"),
        "status": _choice("核对情况", "verified", "unverified", "local", required=True),
        "url": _text("官方网址"),
        "articles": Word(Kind.NUMBER, "条数"),
        "note": _text("说明"),
        "reason": _text("未核对的原因"),
    },
)
