"""The words of a step: what may stand in ``[step.x]`` and its tables."""

from __future__ import annotations

from fadu.core.procedure.words import Kind, Table, Word, basis, choice, flag, name, names, text

TITLE = text("人看到的名称", required=True)
SOURCE = name("依据的规范（与本文件的规范不同时）")
GUARDS = {
    "when": names("只有这些事实都为“是”才适用"),
    "when_all": names("这些事实都为“是”才适用"),
    "when_any": names("这些事实有一个为“是”即适用"),
    "unless": names("这些事实都为“否”才适用"),
}
CONSEQUENCES = {
    "owes": names("此后必须做的步骤"),
    "ends": Word(Kind.FLAG_OR_NAMES, "程序终结；列出的步骤仍应完成"),
    "supersedes": names("使这些已完成的步骤失效，须重新办理"),
    "restarts_from": name("从该步骤起重新履行全部程序"),
    "discharges": names("免除这些应办步骤"),
    "effects": names("法定后果（由系统执行）"),
}

WAIT = Table(
    "等待期",
    GUARDS
    | {
        "kind": choice("届满、保障、提前或到期", "elapse", "grant", "before", "reached", required=True),
        "time": Word(Kind.TIME, "多长"),
        "setting": name("多长，取自参数"),
        "from": names("自哪些步骤起算（默认为前置步骤）"),
        "planned": name("相对于哪个计划日期"),
        "force": choice("刚性或柔性", "hard", "soft"),
        "law": name("计算规则所依据的法律"),
        "warn": choice("只用于 before：首尾两日均不算才够的，仍可办理但须提示", "clear"),
        "basis": basis(),
        "source": SOURCE,
    },
)
EXTENSION = Table(
    "延期",
    {
        "time": Word(Kind.TIME, "最长多久", True),
        "by": names("由谁批准", required=True),
        "times": Word(Kind.NUMBER, "最多几次"),
        "notice": flag("须告知当事人"),
        "basis": basis(),
        "source": SOURCE,
    },
)
LIMIT = Table(
    "期限",
    {
        "time": Word(Kind.TIME, "多长"),
        "setting": name("多长，取自参数"),
        "from": name("自何时起算：步骤，或 served、received、knew"),
        "until": names(
            "到哪一日为止：步骤.日期字段，先写的先用（固定日期，末日为休息日也不顺延），代替 time"
        ),
        "law": name("计算规则所依据的法律"),
        "extension": Word(Kind.TABLE, "延期", table=EXTENSION),
        "paused_while": names("哪些期间不计入"),
        "on_expiry": name("届满未办的法律后果：步骤.结果"),
        "replaces": name("取代哪个步骤的期限而保留其起点"),
        "roll": flag("末日为休息日时是否顺延"),
        "keeps": flag("重新办理时起点不变"),
        "warn": Word(Kind.TIME, "剩余不多于此数时预警（默认 3 workdays）"),
        "basis": basis(),
        "source": SOURCE,
    },
)
FIELD = Table(
    "字段",
    {
        "title": TITLE,
        "type": choice(
            "类型", "text", "longtext", "number", "money", "date", "datetime", "choice", "choices", "bool", "organ",
            "organs", "person", "persons", "file", "files", "table", "reference", required=True,
        ),
        "required": Word(Kind.FLAG_OR_NAMES, "必填，或在哪些结果下必填"),
        "class": choice("信息类别（未写即个人信息）", "public", "internal", "personal", "sealed"),
        "choices": Word(Kind.CHOICES, "选项"),
        "min": Word(Kind.TEXT_OR_NUMBER, "最小值"),
        "max": Word(Kind.TEXT_OR_NUMBER, "最大值"),
        "max_length": Word(Kind.NUMBER, "最多字数"),
        "register": name("引用的名册"),
        "help": text("填写说明"),
        "basis": basis(),
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
        "help": text("说明"),
        "basis": basis(),
        "source": SOURCE,
    },
)
PRODUCES = Table(
    "文书",
    {"template": name("文书格式", required=True), "title": TITLE, "number_series": name("文号序列"), "basis": basis(), "source": SOURCE},
)  # fmt: skip
SERVES = Table("送达", {"to": names("送达给谁", required=True), "basis": basis(), "source": SOURCE})
DISCLOSURE = Table(
    "公开",
    {
        "shows": names("公开哪些字段，其余一律不公开", required=True),
        "where": text("在哪里公开"),
        "when": text("何时公开：at_once 或期限"),
        "for": text("公开多久：期限或 permanent"),
        "review": name("由哪个步骤作保密审查（默认 secrecy_review）"),
        "basis": basis(required=True),
        "source": SOURCE,
    },
)
DECIDED_BY = Table(
    "表决规则",
    {
        "quorum": text("出席人数，如 1/2"),
        "majority": text("head 或多数，如 1/2、2/3"),
        "tie": choice("票数相等时", "head", "rejected", "defer"),
        "head_last": flag("行政首长末位表态"),
        "roll": choice("记名或不记名", "roll_call", "secret"),
        "advisory": flag("仅供参考"),
        "departure_reason": flag("与多数意见不一致时说明理由"),
        "dissent_kept": flag("不同意见如实记录"),
        "passes": names("表示通过的结果"),
        "basis": basis(required=True),
        "source": SOURCE,
    },
)
OPENS = Table(
    "子案件",
    {
        "procedure": name("适用的程序", required=True),
        "per": text("one，或 field:机关字段"),
        "done_when": name("all、any 或某个结果"),
        "returns": name("子案件办结后记入的步骤"),
        "basis": basis(),
        "source": SOURCE,
    },
)
LINK = Table(
    "关联案件",
    {
        "procedure": name("对方的程序", required=True),
        "field": name("写明对方案件的字段"),
        "relation": text("关系"),
        "on": Word(Kind.MAP, "对方的步骤.结果 = 本案的步骤.结果"),
        "carries": Word(Kind.MAP, "对方的栏目 = 随之记入本案的栏目；同名的不必写"),
        "basis": basis(),
        "source": SOURCE,
    },
)
ACCRUES = Table(
    "按日增长的金额",
    {
        "base": name("基数：本步骤的金额字段，或者 步骤.金额字段", required=True),
        "rate": text("比率，如 3%", required=True),
        "per": choice("每", "day", "month", required=True),
        "from": name("自哪个步骤或者 步骤.日期字段 的次日起算（默认为本步骤期限届满的次日）"),
        "until": names("计至哪些步骤完成之日（默认为本步骤）"),
        "cap": text("上限：比率，如 100%"),
        "not_while": names("哪些期间不计"),
        "basis": basis(required=True),
        "source": SOURCE,
    },
)
OUTCOME = Table(
    "结果",
    {"title": TITLE, "requires": names("在此结果下必填的字段"), "basis": basis(), "source": SOURCE}
    | GUARDS
    | CONSEQUENCES,
)
STEP = Table(
    "步骤",
    {
        "title": TITLE,
        "by": names("谁来做", required=True),
        "basis": basis(required=True),
        "source": SOURCE,
        "help": text("一句话说明"),
        "force": choice("刚性或柔性", "hard", "soft"),
        "escape": flag("退出性质的步骤（撤回、终止）"),
        "after": names("必须先完成的步骤（可写明结果）"),
        "after_any": names("至少先完成其中之一"),
        "wait": Word(Kind.ONE_OR_LIST, "等待期", table=WAIT),
        "not_while_owed": names("这些步骤应办未办时不得进行"),
        "not_after": names("这些步骤完成后不得进行"),
        "reviews": names("审查哪个步骤的文本"),
        "not_same_person_as": names("不得由这些步骤的同一自然人办理"),
        "channels": names("允许的方式", "performed", "attested"),
        "repeatable": flag("可以多次进行"),
        "several": flag("几件案件可以填写同一内容一并办理，各自仍是一次办理、各自留痕"),
        "max": Word(Kind.NUMBER, "最多几次"),
        "required": flag("前置条件一经满足即应办理"),
        "checks": names("由系统查询、必须成立的条件"),
        "panel": name("专用面板"),
        "opens": Word(Kind.TABLE, "子案件", table=OPENS),
        "links": Word(Kind.ONE_OR_LIST, "关联案件", table=LINK),
        "decided_by": Word(Kind.TABLE, "表决规则", table=DECIDED_BY),
        "amount_limit": name("按金额分级的字段"),
        "silence": text("逾期不办的含义"),
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
GENERAL_WORDS = {
    "office": flag("公文办理动作：不满足任何条件，不改变程序状态"),
    "targets": names("可以针对哪些步骤或事实"),
    "act": choice(
        "一般动作的效果", "waive", "overturn", "return", "reopen", "extend", "correct", "serve", "explain",
        "child_result", "secrecy_review", "transfer", "join", "split", "note", "contest",
    ),
}  # fmt: skip
STEP.words.update(GENERAL_WORDS)
