"""The words of a story file (``law/scenarios/<procedure>/<story>.toml``)."""

from __future__ import annotations

from fadu.core.procedure.words import Kind, Table, Word

EXPECTED = {
    "refused": Word(Kind.NAMES, "拒绝的理由代码（全部）"),
    "findings": Word(Kind.NAMES, "补录发现的问题代码（全部）"),
    "basis": Word(Kind.TEXT, "拒绝依据中应当出现的文字"),
    "available": Word(Kind.NAMES, "此后可以办理的步骤"),
    "not_available": Word(Kind.NAMES, "此后不能办理的步骤"),
    "owed": Word(Kind.ANY, "此后应办的步骤 = 到期日（没有期限的写 true）"),
    "granted": Word(Kind.ANY, "应办的步骤 = 依法保障的时间至哪一日"),
    "amounts": Word(Kind.ANY, "步骤 = 此日已经增长的金额（没有的写 0）"),
    "warned": Word(Kind.NAMES, "此时有提示、预警的步骤（全部）"),
    "indicators": Word(Kind.ANY, "指标 = 本案是否做到（不计入的写 none）"),
    "not_owed": Word(Kind.NAMES, "此后并非应办的步骤"),
    "ended": Word(Kind.FLAG, "程序是否终结"),
    "resting": Word(Kind.FLAG, "是否没有应办未办"),
}
MOMENT = Word(Kind.TEXT_OR_NUMBER, "日期或时刻")
PERSON = Table(
    "人员",
    {
        "role": Word(Kind.NAME, "角色"),
        "post": Word(Kind.TEXT, "职务"),
        "organ": Word(Kind.TEXT, "机关"),
        "name": Word(Kind.TEXT, "姓名"),
    },
)
EXPECT = Table("预期", EXPECTED)
BARE = Table("某日的预期", {"at": Word(Kind.TEXT_OR_NUMBER, "日期或时刻", True)} | EXPECTED)
ACT = Table(
    "办理",
    {
        "at": MOMENT,
        "after": Word(Kind.TIME, "上一次办理之后多久"),
        "recorded": MOMENT,
        "step": Word(Kind.NAME, "步骤", True),
        "outcome": Word(Kind.NAME, "结果"),
        "by": Word(Kind.NAMES, "办理人"),
        "recorder": Word(Kind.NAME, "记录人"),
        "facts": Word(Kind.ANY, "事实 = true 或 false"),
        "checks": Word(Kind.ANY, "系统查询 = true 或 false"),
        "values": Word(Kind.ANY, "字段 = 值"),
        "digests": Word(Kind.ANY, "文件字段 = 摘要值"),
        "targets": Word(Kind.NAMES, "一般动作针对什么"),
        "children": Word(Kind.NAMES, "所启动的子案件"),
        "reviewed": Word(Kind.TEXT, "所审查文本的摘要值"),
        "channel": Word(Kind.NAME, "方式", values=("performed", "attested")),
        "expect": Word(Kind.TABLE, "预期", table=EXPECT),
    },
)
STORY = Table(
    "故事",
    {
        "title": Word(Kind.TEXT, "一句话", True),
        "procedure": Word(Kind.NAME, "程序", True),
        "begins": Word(Kind.TEXT_OR_NUMBER, "开始的日期", True),
        "local": Word(Kind.NAME, "地方规定的文件夹"),
        "person": Word(Kind.TABLES, "人员", table=PERSON),
        "act": Word(Kind.LIST, "办理", True, table=ACT),
        "expect": Word(Kind.LIST, "预期", table=BARE),
    },
)
