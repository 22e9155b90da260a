"""The whole vocabulary of a law file: every word, what stands behind it, and a sentence a jurist can read.

The strict reader (``shape``), the JSON Schema for editors (``schema``) and the builder (``build``) all follow these
tables; a word that is not here does not exist. There are no expressions: the values are names, texts, dates and
lengths of time.
"""

from __future__ import annotations

from dataclasses import replace

from fadu.core.procedure.step_words import FIELD, SOURCE, STEP, TITLE
from fadu.core.procedure.words import Kind, Table, Word, basis, choice, flag, name, names, text

ROLE = Table(
    "角色",
    {
        "title": TITLE,
        "kind": choice(
            "职能、当事人、公众、名册或者时钟", "function", "party", "public", "register", "clock"
        ),
        "organ": name("职能所在的机关"),
        "function": choice("职能", "handle", "review", "approve", "decide", "head", "secretary", "register"),
        "register": name("名册"),
        "real_name": Word(Kind.NUMBER, "当事人、公众办理时账号须达到的实名等级（1 至 3）"),
        "basis": basis(),
        "source": SOURCE,
    },
)
SETTING = Table(
    "参数",
    {
        "title": TITLE,
        "value": Word(Kind.TEXT_OR_NUMBER, "值", True),
        "basis": basis(),
        "source": SOURCE,
        "status": choice("核对情况", "verified", "unverified", "local"),
        "from": Word(Kind.DATE, "施行日期"),
        "organ": text("制定机关"),
        "level": name("适用层级"),
    },
)
FACT = Table(
    "事实",
    {
        "title": TITLE,
        "asked": names("在哪些步骤询问", required=True),
        "basis": basis(required=True),
        "source": SOURCE,
        "help": text("怎样判断"),
        "checklist": flag("列入合法性审查清单，审查人可以推翻"),
        "check": name("由系统查询回答"),
    },
)
GROUP = Table(
    "条件组",
    {
        "title": text("名称"),
        "any": names("满足其一即可", required=True),
        "basis": basis(),
        "source": SOURCE,
    },
)
PAUSE = Table(
    "暂停",
    {
        "title": text("名称"),
        "from": names("由哪些步骤开始", required=True),
        "until": names("由哪些步骤结束", required=True),
        "blocks": names("期间不得进行的步骤；all 表示除此以外的全部"),
        "ends_by": names("也使暂停结束的步骤"),
        "basis": basis(),
        "source": SOURCE,
    },
)
STAGE = Table("阶段", {"title": TITLE, "steps": names("包含的步骤", required=True)})
GUARANTEE = Table(
    "保证",
    {
        "title": text("一句话"),
        "never": names("绝不发生"),
        "without": names("除非先有"),
        "voided_by": names("使先前的完成不再算数"),
        "armed_by": names("自此才要求"),
        "unless": names("事实为“是”时不要求"),
        "only_when": names("事实为“是”时才要求"),
        "after": names("此后"),
        "cannot_rest_without": names("不完成就不能终止"),
        "lifted_by": names("由此解除"),
        "basis": basis(required=True),
        "source": SOURCE,
    },
)
INDICATOR = Table(
    "指标",
    {
        "title": TITLE,
        "of": names("分母：这些步骤（可写明结果）的每次办理", required=True),
        "first": names("分子：办理之日以前已有其中之一"),
        "having": names("分子：同一案件有其中之一，不论先后"),
        "unless": names("事实为“是”时不计"),
        "only_when": names("事实为“是”时才计"),
        "help": text("怎样理解"),
        "basis": basis(required=True),
        "source": SOURCE,
    },
)
NUMBER = Table(
    "文号", {"series": name("序列", required=True), "form": text("格式", required=True), "per": choice("按什么编号", "year", "none")}
)  # fmt: skip
STARTS = Table(
    "定期启动",
    {
        "every": choice("多久一次", "year", "month", required=True),
        "on": text("日期：每年写 MM-DD，每月写 DD", required=True),
        "basis": basis(),
        "source": SOURCE,
    },
)
PROCEDURE = Table(
    "程序",
    {
        "name": name("英文名，与文件名一致", required=True),
        "title": TITLE,
        "in_force": Word(Kind.DATE, "施行日期", True),
        "source": name("依据的规范", required=True),
        "levels": names("适用层级"),
        "opening": name("开启案件的步骤", required=True),
        "number": Word(Kind.TABLE, "文号", table=NUMBER),
        "starts": Word(Kind.TABLE, "定期启动", table=STARTS),
        "transition": text("过渡规定"),
        "summary": text("一句话说明"),
        "group": text("所属栏目"),
        "sealed": flag("密封案件（如举报）"),
        "power": flag("是否须有权力清单载明的现行职权方可办理（默认 true）"),
        "without_general": names("不适用的一般动作"),
        "role": Word(Kind.TABLES, "角色", table=ROLE),
        "setting": Word(Kind.TABLES, "参数", table=SETTING),
        "fact": Word(Kind.TABLES, "事实", table=FACT),
        "either": Word(Kind.TABLES, "条件组（在 after 中写作 either.名称）", table=GROUP),
        "step": Word(Kind.TABLES, "步骤", True, table=STEP),
        "pause": Word(Kind.TABLES, "暂停", table=PAUSE),
        "stage": Word(Kind.TABLES, "阶段", table=STAGE),
        "guarantee": Word(Kind.LIST, "保证", table=GUARANTEE),
        "indicator": Word(Kind.TABLES, "指标", table=INDICATOR),
    },
)
GENERAL = Table(
    "一般动作",
    {
        "source": name("依据的规范", required=True),
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
        "extends": name("所补充的程序", required=True),
        "source": name("依据的地方规定", required=True),
        "in_force": Word(Kind.DATE, "施行日期", True),
        "deletes_on": basis("作为删除依据的同级或上级规定"),
        "delete": names("删除的步骤"),
        "role": Word(Kind.TABLES, "角色", table=ROLE),
        "fact": Word(Kind.TABLES, "事实", table=FACT),
        "setting": Word(Kind.TABLES, "参数", table=SETTING),
        "step": Word(Kind.TABLES, "步骤", table=REFINED_STEP),
        "stage": Word(Kind.TABLES, "阶段", table=STAGE),
        "guarantee": Word(Kind.LIST, "保证", table=GUARANTEE),
        "indicator": Word(Kind.TABLES, "指标", table=INDICATOR),
    },
)
SOURCE_FILE = Table(
    "法源",
    {
        "key": name("简称，与文件名一致", required=True),
        "title": TITLE,
        "number": text("文号"),
        "issuer": text("制定机关"),
        "issued": Word(Kind.DATE, "公布日期"),
        "in_force": Word(Kind.DATE, "施行日期"),
        "repealed": Word(Kind.DATE, "废止日期"),
        "level": text("效力层级"),
        "status": choice("核对情况", "verified", "unverified", "local", required=True),
        "url": text("官方网址"),
        "articles": Word(Kind.NUMBER, "条数"),
        "note": text("说明"),
        "reason": text("未核对的原因"),
    },
)
