"""What the pages of hearings, draws and experts ask. Whether it is right, the act says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from fadu.city.participation import experts, hearings
from fadu.city.participation.models import Expert, Hearing


class RegistrationForm(forms.Form):
    """报名参加听证会."""

    stands_for = forms.ChoiceField(label="您代表的方面")
    name = forms.CharField(
        label="姓名", max_length=hearings.LIMITS["name"][2], help_text="入选后列入公布的名单。"
    )
    contact = forms.CharField(
        label="联系方式", max_length=hearings.LIMITS["contact"][2], help_text="用于送达材料和通知，不公开。"
    )
    reason = forms.CharField(
        label="参加理由", widget=forms.Textarea, max_length=hearings.LIMITS["reason"][2], required=False,
        help_text="可以不填。遴选时作参考，不公开。",
    )  # fmt: skip

    def __init__(self, hearing: Hearing, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stands_for"].choices = [(one, one) for one in hearings.groups(hearing)]


class Choice(forms.Form):
    """遴选: which registrations, chosen or not, why."""

    numbers = forms.TypedMultipleChoiceField(coerce=int, required=False)
    chosen = forms.ChoiceField(choices=[("yes", "入选"), ("no", "不入选")])
    reason = forms.CharField(max_length=300, required=False)

    def __init__(self, numbers: Sequence[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["numbers"].choices = [(str(number), number) for number in numbers]

    def asked(self) -> dict[str, Any]:
        """The arguments of the act."""
        return {**self.cleaned_data, "chosen": self.cleaned_data["chosen"] == "yes"}


class ExpertLot(forms.Form):
    """专家抽签: how many, of which fields, who is left out and why, which public value will be mixed in."""

    places = forms.IntegerField(label="抽取人数", min_value=1, max_value=99, initial=3)
    fields_wanted = forms.MultipleChoiceField(
        label="专业范围", required=False, widget=forms.CheckboxSelectMultiple, help_text="不选则为全部专业。"
    )
    excluded = forms.CharField(
        label="另须回避的专家", required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="任职于承办单位、参与机关或者声明有利害关系的，系统自动排除。其他情形每行一人：姓名，理由。理由将公布。",
    )  # fmt: skip
    announced = forms.CharField(
        label="公共随机数来源", required=False, max_length=200,
        help_text="可以不填。例如“2026年10月20日开奖的福利彩票双色球号码”：须在公布名单以后才产生，抽取时一并使用。",
    )  # fmt: skip

    def __init__(self, fields: Sequence[str], entries: Sequence[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fields_wanted"].choices = [(one, one) for one in fields]
        self._keys = {entry.title: entry.key for entry in entries}

    def clean_excluded(self) -> dict[str, str]:
        """Lines 姓名，理由 → register entries with reasons."""
        found: dict[str, str] = {}
        for line in filter(None, map(str.strip, self.cleaned_data["excluded"].splitlines())):
            name, _, reason = line.replace(",", "，").replace("：", "，").partition("，")
            if name.strip() not in self._keys or not reason.strip():
                raise forms.ValidationError(f"“{line[:40]}”应写成“姓名，理由”，姓名须在专家名册中。")
            found[self._keys[name.strip()]] = reason.strip()
        return found

    def asked(self) -> dict[str, Any]:
        """The arguments of the act."""
        said = dict(self.cleaned_data)
        return {**said, "fields": said.pop("fields_wanted")}


class Opinion(forms.Form):
    """署名论证意见."""

    view = forms.ChoiceField(label="结论", choices=[("", "请选择"), *Expert.View.choices], required=False)
    necessity = forms.CharField(label="必要性", widget=forms.Textarea, max_length=4000, required=False)
    feasibility = forms.CharField(label="可行性", widget=forms.Textarea, max_length=4000, required=False)
    soundness = forms.CharField(label="科学性", widget=forms.Textarea, max_length=4000, required=False)
    dissent = forms.CharField(
        label="不同意见", widget=forms.Textarea, max_length=experts.LIMITS["dissent"][2], required=False,
        help_text="与草案或者多数意见不同的，写在这里，原样保留。",
    )  # fmt: skip
