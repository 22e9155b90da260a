"""What the public pages ask. Whether it is right, the act says; a form only reads."""

from __future__ import annotations

from typing import Any

from django import forms

from fadu.city.participation.acts import LIMITS
from fadu.city.participation.models import Answer, Comment, Consultation

GROUNDS = [
    ("含有个人隐私或者商业秘密", "含有个人隐私或者商业秘密"),
    ("侮辱、诽谤他人或者侵害他人权益", "侮辱、诽谤他人或者侵害他人权益"),
    ("法律、行政法规禁止发布的内容", "法律、行政法规禁止发布的内容"),
    ("广告等与草案无关的内容", "广告等与草案无关的内容"),
    ("其他", "其他（在下面写明）"),
]


class CommentForm(forms.Form):
    """提出意见: on one clause or on the whole; name and contact are optional."""

    clause = forms.ChoiceField(label="对哪一部分", required=False)
    text = forms.CharField(label="意见和理由", widget=forms.Textarea, max_length=LIMITS["text"][2])
    kind = forms.ChoiceField(label="您是", choices=Comment.Kind.choices, initial=Comment.Kind.PERSON)
    name = forms.CharField(
        label="姓名或者名称",
        max_length=LIMITS["name"][2],
        required=False,
        help_text="可以不填。只用于承办单位核实，不公开。",
    )
    contact = forms.CharField(
        label="联系方式",
        max_length=LIMITS["contact"][2],
        required=False,
        help_text="可以不填。需要向您了解情况时使用，不公开。",
    )

    def __init__(self, consultation: Consultation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = consultation.clauses.filter(heading=False).order_by("number")
        named = [(str(part.number), _named(part)) for part in parts]
        self.fields["clause"].choices = [("", "整个草案"), *named]

    def asked(self) -> dict[str, Any]:
        """The arguments of the act."""
        said = dict(self.cleaned_data)
        clause = said.pop("clause")
        return {**said, "clause": int(clause) if clause else None}


def _named(part: Any) -> str:
    start = part.text.replace("\n", " ").removeprefix(part.label).strip()
    return f"{part.label} {start[:24]}{'…' if len(start) > 24 else ''}".strip()


class Moderation(forms.Form):
    """审看: which opinions, shown or withheld, on which ground."""

    numbers = forms.TypedMultipleChoiceField(coerce=int, required=False)
    show = forms.ChoiceField(choices=[("yes", "公开"), ("no", "不公开")])
    ground = forms.ChoiceField(choices=[("", "请选择理由"), *GROUNDS], required=False)
    note = forms.CharField(max_length=200, required=False)

    def __init__(self, numbers: list[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["numbers"].choices = [(str(number), number) for number in numbers]

    def asked(self) -> dict[str, Any]:
        """The arguments of the act."""
        said = self.cleaned_data
        ground = "" if said["ground"] == "其他" else said["ground"]
        reason = "：".join(part for part in (ground, said["note"].strip()) if part)
        return {"numbers": said["numbers"], "show": said["show"] == "yes", "reason": reason}


class AnswerForm(forms.Form):
    """答复: the opinions taken together, what they say, what became of them and why."""

    numbers = forms.TypedMultipleChoiceField(coerce=int, required=False)
    opinion = forms.CharField(label="意见归纳", widget=forms.Textarea, max_length=2000, required=False)
    adopted = forms.ChoiceField(
        label="是否采纳", choices=[("", "请选择"), *Answer.Adopted.choices], required=False
    )
    why = forms.CharField(label="理由", widget=forms.Textarea, max_length=2000, required=False)
    number = forms.IntegerField(required=False, min_value=1)

    def __init__(self, numbers: list[int], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["numbers"].choices = [(str(number), number) for number in numbers]

    def asked(self) -> dict[str, Any]:
        """The arguments of the act."""
        return dict(self.cleaned_data)
