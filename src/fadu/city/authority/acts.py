"""The city's power over its own shape: organs, posts, appointments, delegations, powers in force, accounts."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from fadu.city.accounts import secondfactor
from fadu.city.accounts.models import Mandate, Person, User
from fadu.city.authority import clock
from fadu.city.authority.door import Answer, Doing, act
from fadu.city.authority.models import Appointment, Delegation, Organ, Post, Power, in_force
from fadu.core.errors import Refusal, Refused

INSTALL = "install"
FUNCTIONS = (
    "handle",
    "review",
    "approve",
    "decide",
    "head",
    "secretary",
    "register",
    "staffing",
    "supervise",
)


def _nothing(doing: Doing, **asked: Any) -> None:
    """A new thing has nothing to lock."""


def _keeper(doing: Doing, subject: Any, /, **asked: Any) -> Iterable[Refusal]:
    """Organs, posts and powers are kept by whoever holds the staffing function, and by the installation itself."""
    if doing.actor.source == INSTALL:
        return
    if not any("staffing" in held.functions for held in doing.actor.holdings):
        yield Refusal(
            "no_power", "只有机构编制管理岗位可以变更机构、岗位、任职和职权", cure="请由机构编制管理部门办理"
        )


def _trace(doing: Doing, *, register: str, key: str, step: str, values: dict[str, Any]) -> Any:
    """Every change of a register is a leaf in that register entry's own chain."""
    return doing.leave(
        case_ref=f"register/{register}/{key}",
        step=f"{register}.{step}",
        performers=[doing.actor.who()],
        recorder=doing.actor.who(),
        organ=doing.actor.holdings[0].organ.code if doing.actor.holdings else "",
        occurred_at=doing.at,
        fields={name: _plain(value) for name, value in values.items()},
    )


def _plain(value: Any) -> Any:
    """Dates and sequences as the log commits to them."""
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, list | tuple) else value


@act("authority.establish_organ", title="设立机构", lock=_nothing, who=_keeper)
def establish_organ(
    doing: Doing,
    _subject: None,
    /,
    *,
    code: str,
    name: str,
    short: str,
    level: str,
    division: str,
    parent: str = "",
    government: str = "",
    mark: str = "",
    duties: Sequence[str] = (),
    aliases: Sequence[str] = (),
    administrative: bool = True,
    start: date,
) -> Answer:
    """设立机构: a new organ in the tree. Unknown parent or government, or a code in use, is refused."""
    if Organ.objects.filter(code=code).exists():
        raise Refused(Refusal("code_in_use", f"机构代码 {code} 已被使用", cure="请核对代码或改用变更"))
    organ = Organ.objects.create(
        code=code, name=name, short=short, level=level, division=division, mark=mark, duties=list(duties), aliases=list(aliases),
        administrative=administrative, start=start, parent=_organ(parent), government=_organ(government),
    )  # fmt: skip
    leaf = _trace(doing, register="organ", key=code, step="establish", values={"name": name, "start": start})
    return {"organ": organ.pk, "leaf": leaf.hash.hex()}


def _organ(code: str) -> Organ | None:
    if not code:
        return None
    try:
        return Organ.objects.get(code=code)
    except Organ.DoesNotExist:
        raise Refused(Refusal("unknown_organ", f"没有代码为 {code} 的机构", cure="请先设立该机构")) from None


@act("authority.create_post", title="设置岗位", lock=_nothing, who=_keeper)
def create_post(
    doing: Doing,
    _subject: None,
    /,
    *,
    organ: str,
    title: str,
    functions: Sequence[str],
    rotation_years: int | None = None,
) -> Answer:
    """设置岗位: a post with its functions (分岗设权); unknown functions are refused."""
    if unknown := set(functions) - set(FUNCTIONS):
        raise Refused(Refusal("unknown_function", f"没有这样的岗位职能：{'、'.join(sorted(unknown))}"))
    home = _organ(organ)
    post = Post.objects.create(
        organ=home, title=title, functions=list(functions), rotation_years=rotation_years
    )
    leaf = _trace(
        doing, register="post", key=f"{organ}/{title}", step="create", values={"functions": functions}
    )
    return {"post": post.pk, "leaf": leaf.hash.hex()}


def _lock_post(doing: Doing, *, post: int, **asked: Any) -> Post:
    return Post.objects.select_for_update(of=("self",)).select_related("organ").get(pk=post)


@act("authority.appoint", title="任职", lock=_lock_post, who=_keeper)
def appoint(
    doing: Doing,
    post: Post,
    /,
    *,
    person: str,
    start: date,
    end: date | None = None,
    kind: str = "regular",
    basis: str = "",
    **_: Any,
) -> Answer:
    """任职: a person takes a post from a day. The same person never holds the same post twice at once."""
    holder = Person.objects.get(key=person)
    if Appointment.objects.filter(in_force(start), person=holder, post=post).exists():
        raise Refused(Refusal("already_holds", f"{holder.name}已任{post}", cure="请先结束原任职"))
    row = Appointment.objects.create(person=holder, post=post, start=start, end=end, kind=kind, basis=basis)
    leaf = _trace(
        doing, register="appointment", key=str(row.pk), step="appoint",
        values={"person": person, "post": str(post), "start": start, "basis": basis},
    )  # fmt: skip
    return {"appointment": row.pk, "leaf": leaf.hash.hex()}


def _lock_appointment(doing: Doing, *, appointment: int, **asked: Any) -> Appointment:
    return (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("person", "post__organ")
        .get(pk=appointment)
    )


@act("authority.end_appointment", title="免职、离任", lock=_lock_appointment, who=_keeper)
def end_appointment(
    doing: Doing, appointment: Appointment, /, *, end: date, basis: str = "", **_: Any
) -> Answer:
    """免职: ``end`` is the first day the person no longer holds the post. Powers end the same day."""
    if end <= appointment.start:
        raise Refused(Refusal("end_before_start", "离任日须晚于任职日", cure="请核对日期"))
    appointment.end = end
    appointment.save(update_fields=["end"])
    leaf = _trace(
        doing, register="appointment", key=str(appointment.pk), step="end", values={"end": end, "basis": basis}
    )  # fmt: skip
    return {"appointment": appointment.pk, "leaf": leaf.hash.hex()}


def _own_or_keeper(doing: Doing, appointment: Appointment, /, **asked: Any) -> Iterable[Refusal]:
    if appointment.person_id != doing.actor.person.pk:
        yield from _keeper(doing, appointment, **asked)


@act("authority.delegate", title="委派权限", lock=_lock_appointment, who=_own_or_keeper)
def delegate(
    doing: Doing,
    appointment: Appointment,
    /,
    *,
    to: str,
    functions: Sequence[str],
    start: date,
    end: date,
    reason: str,
    **_: Any,
) -> Answer:
    """委派: lend functions of one's own post for a time, with a reason; never more than the post has, never onward."""
    if extra := set(functions) - set(appointment.post.functions):
        raise Refused(Refusal("beyond_post", f"该岗位没有这些职能，不能委派：{'、'.join(sorted(extra))}"))
    if not reason.strip():
        raise Refused(Refusal("missing_reason", "委派须写明事由", cure="请填写事由"))
    receiver = Person.objects.get(key=to)
    row = Delegation.objects.create(
        appointment=appointment, to=receiver, functions=list(functions), start=start, end=end, reason=reason
    )
    leaf = _trace(
        doing, register="delegation", key=str(row.pk), step="delegate",
        values={"to": to, "functions": functions, "start": start, "end": end, "reason": reason},
    )  # fmt: skip
    return {"delegation": row.pk, "leaf": leaf.hash.hex()}


@act("authority.install_powers", title="职权生效", lock=_nothing, who=_keeper)
def install_powers(
    doing: Doing, _subject: None, /, *, organ: str, powers: Sequence[dict[str, Any]], source: str
) -> Answer:
    """职权生效: rows of a published power list enter into force for an organ; Party and judicial organs get none."""
    home = _organ(organ)
    assert home is not None
    if not home.administrative:
        raise Refused(Refusal("not_administrative", f"{home.name}不行使行政权力，不能载入职权"))
    for power in powers:
        Power.objects.create(organ=home, source=source, **power)
    leaf = _trace(
        doing, register="power", key=organ, step="install",
        values={"source": source, "procedures": sorted(power["procedure"] for power in powers)},
    )  # fmt: skip
    return {"organ": home.pk, "powers": len(powers), "leaf": leaf.hash.hex()}


@act("authority.register_person", title="登记人员", lock=_nothing, who=_keeper)
def register_person(doing: Doing, _subject: None, /, *, key: str, name: str, kind: str = "natural") -> Answer:
    """登记人员: a natural person known to the platform, once."""
    person = Person.objects.create(key=key, name=name, kind=kind)
    leaf = _trace(doing, register="person", key=key, step="register", values={"name": name})
    return {"person": person.pk, "leaf": leaf.hash.hex()}


def _self_or_keeper(doing: Doing, subject: Any, /, *, kind: str, **asked: Any) -> Iterable[Refusal]:
    # Anyone may open an account of his own as citizen or enterprise; an official's is opened for him.
    if kind == User.Kind.OFFICIAL:
        yield from _keeper(doing, subject, **asked)


@act("authority.open_account", title="开立账号", lock=_nothing, who=_self_or_keeper)
def open_account(
    doing: Doing, _subject: None, /, *, person: str, username: str, kind: str, password: str, real_name_level: int = 0,
    second_factor: bytes = b"", email: str = "",
) -> Answer:  # fmt: skip
    """开立账号: refused where the name is taken or the password is weak. The password never enters the log."""
    if User.objects.filter(username=username).exists():
        raise Refused(
            Refusal("name_taken", f"账号 {username} 已被使用", cure="请换一个账号名", subject="username")
        )
    try:
        validate_password(password)
    except ValidationError as error:
        raise Refused(
            *(Refusal("weak_password", text, subject="password") for text in error.messages)
        ) from None
    user = User.objects.create(
        person=Person.objects.get(key=person), username=username, kind=kind, password=make_password(password),
        real_name_level=real_name_level, email=email,
        second_factor=secondfactor.seal(second_factor) if second_factor else b"",
    )  # fmt: skip
    leaf = _trace(doing, register="account", key=username, step="open", values={"kind": kind})
    return {"user": user.pk, "leaf": leaf.hash.hex()}


def _anyone(doing: Doing, subject: Any, /, **asked: Any) -> Iterable[Refusal]:
    return ()


@act("authority.sign_up", title="注册个人或企业账号", lock=_nothing, who=_anyone)
def sign_up(
    doing: Doing, _subject: None, /, *, name: str, username: str, kind: str, password: str, email: str = ""
) -> Answer:
    """注册: a citizen or enterprise registers himself; real-name level 0 until an identity check raises it."""
    if kind not in (User.Kind.CITIZEN, User.Kind.ENTERPRISE):
        raise Refused(Refusal("wrong_kind", "自行注册只能开立公民或企业账号"))
    if User.objects.filter(username=username).exists():
        raise Refused(
            Refusal("name_taken", f"账号 {username} 已被使用", cure="请换一个账号名", subject="username")
        )
    try:
        validate_password(password)
    except ValidationError as error:
        raise Refused(
            *(Refusal("weak_password", text, subject="password") for text in error.messages)
        ) from None
    person = Person.objects.create(
        key=f"c-{secrets.token_hex(8)}", name=name, kind="enterprise" if kind == "enterprise" else "natural"
    )
    user = User.objects.create(
        person=person, username=username, kind=kind, password=make_password(password), email=email
    )
    leaf = _trace(doing, register="account", key=username, step="sign_up", values={"kind": kind})
    return {"user": user.pk, "leaf": leaf.hash.hex()}


@act("authority.give_mandate", title="委托代理", lock=_nothing, who=_anyone)
def give_mandate(
    doing: Doing,
    _subject: None,
    /,
    *,
    agent: str,
    kind: str,
    scope: str,
    start: date,
    end: date | None = None,
    basis: str = "",
) -> Answer:
    """委托代理: the actor lets another person act for him within the scope and the dates."""
    row = Mandate.objects.create(
        principal=doing.actor.person, agent=Person.objects.get(key=agent), kind=kind, scope=scope, start=start,
        end=end, basis=basis,
    )  # fmt: skip
    leaf = _trace(
        doing, register="mandate", key=str(row.pk), step="give", values={"agent": agent, "scope": scope}
    )
    return {"mandate": row.pk, "leaf": leaf.hash.hex()}


@act("authority.advance_clock", title="拨快演示时间", lock=_nothing, who=_anyone)
def advance_clock(doing: Doing, _subject: None, /, *, to: datetime) -> Answer:
    """拨快演示时间: only in a demonstration, only forward; the log shows that it was done."""
    moment = clock.move_forward(to)
    leaf = _trace(doing, register="demo_clock", key="1", step="advance", values={"to": moment.isoformat()})
    return {"now": moment.isoformat(), "leaf": leaf.hash.hex()}
