"""Drafts as offices write them: joint issue, 版记 before the annexes, minutes with office and day below their number."""

import datetime

import pytest

from fadu.core.text.typeset import OfficialDocument, typeset
from fadu.core.text.typeset.measure import measure

NOTICE = """云川市人民政府办公室文件
云政办发〔2026〕18号
云川市人民政府办公室关于进一步规范全市行政执法行为优化法治化营商环境若干措施落实情况开展专项监督检查的通知
各县（市、区）人民政府，市政府各部门、各直属机构：
现将有关事项通知如下。
一、检查范围
（一）涉企行政检查。
附件：1.专项监督检查事项清单
      2.有关情况统计表
云川市人民政府办公室
2026年8月5日
（联系人：张三，电话：12345678）
抄送：市委各部门，市人大常委会办公室，市政协办公室，市监察委员会，市中级人民法院，市人民检察院，云川军分区，各人民团体。
云川市人民政府办公室 2026年8月6日印发
附件1
专项监督检查事项清单
| 序号 | 事项 |
|---|---|
| 1 | 涉企检查计划 |
附件2
有关情况统计表
请于10月31日前报送。
"""

JOINT = """{mark}
云民〔2026〕33号
签发人：张伟 陈静 刘洋
云川市民政局 云川市财政局 云川市卫生健康委员会关于建立基本养老服务清单制度的请示
市人民政府：
为健全基本养老服务体系，拟建立基本养老服务清单制度，明确服务对象、内容和标准，现请示如下。
妥否，请批示。
云川市民政局
云川市财政局
云川市卫生健康委员会
2026年8月12日
"""

MINUTES = """云川市人民政府常务会议纪要
〔2026〕15号
云川市人民政府办公室 2026年8月10日
2026年8月8日，市长李明主持召开市政府第31次常务会议。
一、会议审议了条例草案。
出席：李明、王芳。
"""


def test_imprint_signature_and_note_may_stand_before_the_annexes() -> None:
    read = OfficialDocument.from_text(NOTICE)
    assert [annex.title for annex in read.annexes] == ["专项监督检查事项清单", "有关情况统计表"]
    assert (read.signature, read.date) == (("云川市人民政府办公室",), datetime.date(2026, 8, 5))
    assert read.note == "联系人：张三，电话：12345678"
    assert read.copies.startswith("市委各部门") and read.printed_by == "云川市人民政府办公室"
    assert read.printed_on == datetime.date(2026, 8, 6)


@pytest.mark.parametrize(
    "mark",
    [
        "云川市民政局\n云川市财政局\n云川市卫生健康委员会文件",
        "云川市民政局 云川市财政局 云川市卫生健康委员会文件",
    ],
)
def test_organs_that_issue_together(mark: str) -> None:
    read = OfficialDocument.from_text(JOINT.format(mark=mark))
    assert (read.organ, read.co_organs) == ("云川市民政局", ("云川市财政局", "云川市卫生健康委员会"))
    assert read.number == "云民〔2026〕33号" and read.signers == ("张伟", "陈静", "刘洋")
    assert read.title.endswith("请示") and "文件" not in read.title and read.to == "市人民政府"


def test_minutes_keep_office_and_day() -> None:
    read = OfficialDocument.from_text(MINUTES)
    assert (read.printed_by, read.printed_on) == ("云川市人民政府办公室", datetime.date(2026, 8, 10))
    assert not read.title and [one.label for one in read.attendance] == ["出席"]


@pytest.mark.parametrize(
    ("draft", "form"),
    [
        (NOTICE, "document"),
        (JOINT.format(mark="云川市民政局\n云川市财政局\n云川市卫生健康委员会文件"), "document"),
        (MINUTES, "minutes"),
    ],
)
def test_what_is_set_conforms(draft: str, form: str) -> None:
    report = measure(typeset(OfficialDocument.from_text(draft), form=form))
    assert report.departures == [] and report.archival == []


def test_the_head_may_name_its_parts() -> None:
    labelled = "份号：000123\n密级：机密★1年\n紧急程度：特急\n" + NOTICE
    bare = "000123\n机密★1年\n特急\n" + NOTICE
    read = OfficialDocument.from_text(labelled)
    assert (read.serial, read.secrecy, read.urgency) == ("000123", "机密★1年", "特急")
    assert read == OfficialDocument.from_text(bare)
    assert read.number == "云政办发〔2026〕18号"
