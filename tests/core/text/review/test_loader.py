"""A wrong rule file stops with a sentence that says what, where and how to mend it."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from fadu.core.errors import DefinitionError
from fadu.core.text.review import load

RULE = """[[rule]]
name = "trial"
kind = "fee"
title = "试"
basis = "营商条例 25"
severity = "error"
explanation = "说明"
cure = "改法"
must_find = ["收费"]
[[rule.pattern]]
anchor = ["收费"]
"""


@pytest.fixture
def law(tmp_path) -> Path:
    for part in ("review", "sources"):
        shutil.copytree(Path(str(files("fadu") / "law" / part)), tmp_path / part)
    return tmp_path


def test_a_new_file_is_read(law):
    (law / "review/trial.toml").write_text(RULE, encoding="utf-8")
    assert load(law).rule("trial").basis == "《优化营商环境条例》（国务院令第722号）第二十五条"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('kind = "fee"', 'kind = "收费"', "类别“收费”不存在"),
        ('severity = "error"', 'severity = "bad"', "程度“bad”不存在"),
        ('basis = "营商条例 25"', 'basis = "营商条例 250"', "没有第250条"),
        ('basis = "营商条例 25"', 'basis = "某条例 2"', "不在法源目录中"),
        ('basis = "营商条例 25"\n', "", "缺少依据"),
        ('cure = "改法"\n', "", "缺少“cure”"),
        ('must_find = ["收费"]\n', "", "缺少应当找到的例子"),
        ('anchor = ["收费"]', 'anchor = ["收"]', "锚词“收”不能用"),
        ('anchor = ["收费"]', 'anchor = ["收费"]\nwithout = ["@none"]', "词表“none”不存在"),
        ('anchor = ["收费"]', 'anchor = ["收费"]\nwithout = ["{money}"]', "不认识的记号“{money}”"),
        ('anchor = ["收费"]', 'anchor = ["收费"]\nunit = "page"', "范围“page”不存在"),
        ('anchor = ["收费"]', 'anchor = ["收费"]\nunless_basis = "high"', "位阶“high”不存在"),
        ('anchor = ["收费"]', 'anchor = ["收费"]\nregex = "x"', "不认识的项目“regex”"),
        ('anchor = ["收费"]', 'anchor = "收费"', "“anchor”的值类型不对"),
        ('[[rule.pattern]]\nanchor = ["收费"]', 'check = "none"', "检查“none”不存在"),
        ('[[rule.pattern]]\nanchor = ["收费"]\n', "", "没有 pattern，也没有 check"),
        ("[[rule]]", "[[rule", "不是正确的 TOML"),
        ('name = "trial"', 'name = "fee_levied"', "规则名重复"),
    ],
)
def test_what_is_wrong_is_said(law, old, new, said):
    assert old in RULE
    (law / "review/trial.toml").write_text(RULE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionError, match=said.replace("{", r"\{")):
        load(law)


def test_proof_of_a_rule_that_is_gone(law):
    (law / "review/proof.toml").write_text("gone = { hits = 1, right = 1 }\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match="没有名为“gone”的规则"):
        load(law)
