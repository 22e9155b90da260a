"""What the log-in pages ask."""

from __future__ import annotations

from django import forms

from fadu.city.accounts.models import ALL_PROCEDURES, ContactClaim
from fadu.city.authority.tokens import DAYS


class LogIn(forms.Form):
    """Account, password, one-time code."""

    username = forms.CharField(label="账号", max_length=64)
    password = forms.CharField(label="口令", widget=forms.PasswordInput, max_length=200)
    code = forms.CharField(
        label="动态口令", max_length=6, required=False, help_text="身份验证器显示的 6 位数字"
    )


class ProveAgain(forms.Form):
    """Password and code of the account that is already in session."""

    password = forms.CharField(label="口令", widget=forms.PasswordInput, max_length=200)
    code = forms.CharField(label="动态口令", max_length=6, required=False)


class SignUp(forms.Form):
    """A citizen or enterprise opens an account of his own."""

    kind = forms.ChoiceField(label="类别", choices=[("citizen", "个人"), ("enterprise", "企业、其他组织")])
    name = forms.CharField(label="姓名（名称）", max_length=120)
    username = forms.CharField(label="账号", max_length=64, help_text="以后用它登录")
    password = forms.CharField(
        label="口令", widget=forms.PasswordInput, max_length=200, help_text="至少 10 位"
    )
    email = forms.EmailField(label="电子邮箱", required=False)


class Code(forms.Form):
    """A code of the authenticator alone."""

    code = forms.CharField(label="动态口令", max_length=6, help_text="身份验证器显示的 6 位数字")


class ChangePassword(forms.Form):
    """The old password and twice the new one."""

    old = forms.CharField(label="原口令", widget=forms.PasswordInput, max_length=200)
    password = forms.CharField(
        label="新口令", widget=forms.PasswordInput, max_length=200, help_text="至少 10 位"
    )
    again = forms.CharField(label="再输入一次新口令", widget=forms.PasswordInput, max_length=200)

    def clean(self) -> dict[str, object]:
        """Both must be the same."""
        given = super().clean() or {}
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", "两次输入的新口令不一致")
        return given


class Reason(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label="理由", max_length=200)


class GiveMandate(forms.Form):
    """Whom one lets act, in which matters, from when to when."""

    agent = forms.CharField(
        label="代理人的人员编号", max_length=32, help_text="代理人在“我的账号”页面可以看到"
    )
    procedures = forms.MultipleChoiceField(label="代理的事项", widget=forms.CheckboxSelectMultiple)
    scope = forms.CharField(
        label="权限说明", max_length=200, help_text="如：一般代理；企业委托法定代表人的写“法定代表人”"
    )
    start = forms.DateField(label="自", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    end = forms.DateField(
        label="至（不含当日）", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args: object, procedures: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["procedures"].choices = [(ALL_PROCEDURES, "全部事项"), *procedures]


class IssueToken(forms.Form):
    """What a program is to be let in for, for how long, and whether it may do anything."""

    name = forms.CharField(
        label="用途", max_length=60, help_text="如：与办公系统对接。写明是哪个系统，便于以后认出"
    )
    scope = forms.ChoiceField(
        label="范围",
        choices=[("read", "只查询"), ("read act", "查询和办理（审核、批准、签署、决定除外）")],
    )
    days = forms.TypedChoiceField(
        label="有效期", coerce=int, choices=[(one, f"{one} 天") for one in DAYS], initial=30
    )


class Contact(forms.Form):
    """Where one is told what is due, and where the codes of one's matters go."""

    mobile = forms.CharField(
        label="手机", max_length=20, required=False, help_text="11 位号码；不填则不发短信"
    )
    email = forms.CharField(label="电子邮箱", max_length=254, required=False)


class ContactCode(forms.Form):
    """The code that was sent to an address, and which address it was."""

    channel = forms.ChoiceField(label="核验的联系方式", choices=ContactClaim.Channel.choices)
    code = forms.CharField(label="验证码", max_length=20, help_text="短信或者邮件里的 6 位数字")
