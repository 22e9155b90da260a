"""What the log-in pages ask."""

from __future__ import annotations

from django import forms


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
