"""One form for each act by which organs, posts, holders, limits and accounts are kept; the page lists them from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet

from fadu.city.accounts.models import Person, User
from fadu.city.authority import acts, procedure_names, queries, rules
from fadu.city.authority.actor import Actor
from fadu.city.authority.duties import TITLES
from fadu.city.authority.models import Appointment, Organ, Post, in_force
from fadu.city.web.jinja import function_title

_FUNCTIONS = [(name, function_title(name)) for name in acts.FUNCTIONS]


def _day(label: str, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **more
    )


def _words(text: str) -> list[str]:
    """What was typed with 、 or spaces between."""
    return text.replace("、", " ").split()


class Staffing(forms.Form):
    """A form whose fields are the act's arguments; ``lists`` are typed as words."""

    lists: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, on: date, own: QuerySet[Appointment] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        self.own = own
        for name in self.fields:
            if (choices := getattr(self, f"choices_{name}", None)) is not None:
                self.fields[name].choices = choices()
        if "start" in self.fields:
            self.fields["start"].initial = on

    def given(self) -> dict[str, Any]:
        """The arguments of the act."""
        return {
            name: _words(value) if name in self.lists else value for name, value in self.cleaned_data.items()
        }

    def choices_organ(self) -> list[tuple[str, str]]:
        """Organs in force."""
        return [("", "—"), *((organ.code, organ.name) for organ in Organ.objects.filter(in_force(self.on)))]

    choices_parent = choices_government = choices_organ

    def choices_post(self) -> list[tuple[Any, str]]:
        """Every post, by organ."""
        rows = Post.objects.select_related("organ").order_by("organ__code", "pk")
        return [("", "—"), *((post.pk, str(post)) for post in rows)]

    def choices_appointment(self) -> list[tuple[Any, str]]:
        """Holders of today; on one's own page one's own posts only."""
        rows = self.own if self.own is not None else queries.appointments_in_force(self.on)
        return [("", "—"), *((row.pk, f"{row.post}：{row.person.name}") for row in rows)]

    def choices_to(self) -> list[tuple[str, str]]:
        """Officials in post today."""
        rows = queries.appointments_in_force(self.on)
        seen = {row.person.key: f"{row.person.name}（{row.post}）" for row in rows}
        return [("", "—"), *seen.items()]

    def choices_person(self) -> list[tuple[str, str]]:
        """Registered natural persons who are not citizens only."""
        rows = Person.objects.filter(kind=Person.Kind.NATURAL).exclude(key__startswith="c-").order_by("name")
        return [("", "—"), *((row.key, f"{row.name}（{row.key}）") for row in rows)]

    def choices_procedure(self) -> list[tuple[str, str]]:
        """The procedures of the statute book."""
        return [("", "全部程序"), *procedure_names.known()]


class EstablishOrgan(Staffing):
    """设立机构."""

    lists = ("aliases",)
    code = forms.SlugField(
        label="机构代码", max_length=40, help_text="小写拼音或英文，用在网址和接口里，设立后不变，如 shuiwu"
    )
    name = forms.CharField(label="名称", max_length=120)
    short = forms.CharField(label="简称", max_length=60)
    mark = forms.CharField(label="机关代字", max_length=20, required=False)
    level = forms.ChoiceField(label="层级", choices=Organ.Level.choices)
    division = forms.RegexField(r"^\d{6,12}$", label="行政区划代码", max_length=12)
    parent = forms.ChoiceField(label="上级机构", required=False)
    government = forms.ChoiceField(label="本级人民政府", required=False)
    duties = forms.MultipleChoiceField(
        label="职责", choices=list(TITLES.items()), required=False, widget=forms.CheckboxSelectMultiple,
        help_text="程序按职责找到办理的机关，例如合法性审查交给有“合法性审查”职责的机构",
    )  # fmt: skip
    aliases = forms.CharField(label="别名", max_length=200, required=False, help_text="以顿号或空格分开")
    administrative = forms.BooleanField(label="行使行政权力", required=False, initial=True)
    start = _day("设立日期")


class CreatePost(Staffing):
    """设置岗位."""

    organ = forms.ChoiceField(label="机构")
    title = forms.CharField(label="岗位名称", max_length=80)
    functions = forms.MultipleChoiceField(
        label="职能", choices=_FUNCTIONS, widget=forms.CheckboxSelectMultiple
    )
    key_post = forms.BooleanField(
        label="权力集中的岗位", required=False,
        help_text="财政资金、国有资产、政府投资、政府采购、公共资源转让、公共工程等",
    )  # fmt: skip
    rotation_years = forms.IntegerField(label="轮岗年限", required=False, min_value=1, max_value=20)


class SetLimit(Staffing):
    """核定审批限额."""

    post = forms.TypedChoiceField(label="岗位", coerce=int)
    procedure = forms.ChoiceField(label="程序", required=False)
    amount = forms.DecimalField(
        label="限额（元）", required=False, min_value=0, max_digits=18, decimal_places=2
    )
    unlimited = forms.BooleanField(label="不限金额", required=False)
    basis = forms.CharField(label="授权文件", max_length=200)
    start = _day("自")

    def clean(self) -> dict[str, Any]:
        """An amount or without limit: exactly one of both is said."""
        said = super().clean() or {}
        if (said.get("amount") is None) is not bool(said.get("unlimited")):
            self.add_error("amount", "请填写限额，或者勾选“不限金额”（二者择一）")
        return said

    def given(self) -> dict[str, Any]:
        """``amount`` None says without limit."""
        return {name: value for name, value in super().given().items() if name != "unlimited"}


class Appoint(Staffing):
    """任职、代理、替岗."""

    post = forms.TypedChoiceField(label="岗位", coerce=int)
    person = forms.ChoiceField(label="人员")
    kind = forms.ChoiceField(label="性质", choices=Appointment.Kind.choices)
    start = _day("自")
    end = _day("至（不含当日）", required=False, help_text="代理、替岗必填")
    basis = forms.CharField(label="任免文件", max_length=120)


class Delegate(Staffing):
    """委派权限."""

    appointment = forms.TypedChoiceField(label="岗位", coerce=int)
    to = forms.ChoiceField(label="委派给")
    functions = forms.MultipleChoiceField(
        label="职能", choices=_FUNCTIONS, widget=forms.CheckboxSelectMultiple
    )
    start = _day("自")
    end = _day("至（不含当日）")
    reason = forms.CharField(label="事由", max_length=200)


class Exempt(Staffing):
    """暂缓轮岗."""

    appointment = forms.TypedChoiceField(label="任职", coerce=int)
    until = _day("暂缓至")
    basis = forms.CharField(label="专项审计报告的名称和日期", max_length=200)


class SetSetting(Staffing):
    """本市设定."""

    name = forms.ChoiceField(label="设定")
    value = forms.ChoiceField(label="值")
    source = forms.CharField(label="依据的文件", max_length=200)
    start = _day("自")

    def choices_name(self) -> list[tuple[str, str]]:
        """Every setting a city may set."""
        return [(one.name, one.title) for one in rules.every()]

    def choices_value(self) -> list[tuple[str, str]]:
        """The values of all settings; the act refuses what does not fit the chosen one."""
        return list({word: told for one in rules.every() for word, told in one.values.items()}.items())


class RegisterPerson(Staffing):
    """登记人员."""

    key = forms.SlugField(label="人员编号", max_length=32)
    name = forms.CharField(label="姓名", max_length=120)


class OpenAccount(Staffing):
    """开立账号."""

    person = forms.ChoiceField(label="人员")
    username = forms.SlugField(label="账号", max_length=64)
    kind = forms.ChoiceField(label="类别", choices=User.Kind.choices)
    password = forms.CharField(
        label="初始口令",
        widget=forms.PasswordInput,
        max_length=200,
        help_text="本人首次登录后必须更换，并登记第二因素",
    )
    email = forms.EmailField(label="电子邮箱", required=False)


class Username(Staffing):
    """An account and why."""

    username = forms.CharField(label="账号", max_length=64)
    reason = forms.CharField(label="理由", max_length=200)


class CheckIdentity(Staffing):
    """核验身份."""

    username = forms.CharField(label="账号", max_length=64)
    level = forms.TypedChoiceField(label="实名等级", coerce=int, choices=User.RealName.choices)
    basis = forms.CharField(label="核验的证件和方式", max_length=200)
    minor_until = _day("未成年人的成年日期", required=False)


class RegisterGuardian(Staffing):
    """登记监护关系."""

    principal = forms.CharField(label="被监护人的人员编号", max_length=32)
    agent = forms.CharField(label="监护人的人员编号", max_length=32)
    basis = forms.CharField(label="监护关系的证明", max_length=200)
    start = _day("自")


class ApproveRecovery(Staffing):
    """批准恢复账号."""

    recovery = forms.TypedChoiceField(label="恢复申请", coerce=int)
    password = forms.CharField(
        label="一次性口令",
        widget=forms.PasswordInput,
        max_length=200,
        help_text="当面交给本人；本人登录后必须更换，并重新登记第二因素",
    )

    def choices_recovery(self) -> list[tuple[Any, str]]:
        """What waits for a second person."""
        rows = queries.waiting_recoveries()
        return [("", "—"), *((row.pk, f"{row.user.username}（{row.asked_by.name}申请）") for row in rows)]


@dataclass(frozen=True)
class Offered:
    """A form on the page: title, act, group, and whose function it needs."""

    title: str
    form: type[Staffing]
    act: Callable[..., Any]
    group: str
    functions: frozenset[str] = frozenset({"staffing"})


_WINDOW = frozenset({"staffing", "register"})
FORMS: dict[str, Offered] = {
    "organ": Offered("设立机构", EstablishOrgan, acts.establish_organ, "机构和岗位"),
    "post": Offered("设置岗位", CreatePost, acts.create_post, "机构和岗位"),
    "limit": Offered("核定审批限额", SetLimit, acts.set_limit, "机构和岗位"),
    "setting": Offered("本市设定", SetSetting, acts.set_setting, "机构和岗位"),
    "appoint": Offered("任职、代理、替岗", Appoint, acts.appoint, "人员和任职"),
    "delegate": Offered("委派权限", Delegate, acts.delegate, "人员和任职"),
    "exempt": Offered("暂缓轮岗", Exempt, acts.exempt_from_rotation, "人员和任职"),
    "person": Offered("登记人员", RegisterPerson, acts.register_person, "人员和任职"),
    "account": Offered("开立账号", OpenAccount, acts.open_account, "账号"),
    "close": Offered("停用账号", Username, acts.close_account, "账号"),
    "reopen": Offered("恢复使用账号", Username, acts.reopen_account, "账号"),
    "sessions": Offered("结束全部会话", Username, acts.end_sessions, "账号"),
    "recovery": Offered("申请恢复账号（第一人）", Username, acts.ask_recovery, "账号"),
    "recovery-approve": Offered("批准恢复账号（第二人）", ApproveRecovery, acts.approve_recovery, "账号"),
    "identity": Offered("核验身份", CheckIdentity, acts.check_identity, "窗口", _WINDOW),
    "guardian": Offered("登记监护关系", RegisterGuardian, acts.register_guardian, "窗口", _WINDOW),
}


def groups(actor: Actor) -> dict[str, list[tuple[str, str]]]:
    """The forms this person's posts allow, by group, as (name, title)."""
    has = {name for held in actor.holdings for name in held.functions}
    found: dict[str, list[tuple[str, str]]] = {}
    for name, one in FORMS.items():
        if has & one.functions:
            found.setdefault(one.group, []).append((name, one.title))
    return found
