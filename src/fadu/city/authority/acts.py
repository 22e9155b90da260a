"""The city's power over its own shape: organs, posts, appointments, delegations, powers in force, accounts.

The acts upon accounts and mandates stand in ``enrolment``, those upon limits, rotation and settings in ``grading``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from fadu.city.accounts.models import Person
from fadu.city.authority import clock
from fadu.city.authority.contact import change_contact as change_contact
from fadu.city.authority.contact import confirm_contact as confirm_contact
from fadu.city.authority.door import Answer, Doing, act
from fadu.city.authority.enrolment import approve_recovery as approve_recovery
from fadu.city.authority.enrolment import ask_recovery as ask_recovery
from fadu.city.authority.enrolment import bind_identity as bind_identity
from fadu.city.authority.enrolment import change_password as change_password
from fadu.city.authority.enrolment import check_identity as check_identity
from fadu.city.authority.enrolment import close_account as close_account
from fadu.city.authority.enrolment import end_sessions as end_sessions
from fadu.city.authority.enrolment import enrol_second_factor as enrol_second_factor
from fadu.city.authority.enrolment import open_account as open_account
from fadu.city.authority.enrolment import open_by_provider as open_by_provider
from fadu.city.authority.enrolment import register_person as register_person
from fadu.city.authority.enrolment import reopen_account as reopen_account
from fadu.city.authority.enrolment import sign_up as sign_up
from fadu.city.authority.grading import exempt_from_rotation as exempt_from_rotation
from fadu.city.authority.grading import set_limit as set_limit
from fadu.city.authority.grading import set_setting as set_setting
from fadu.city.authority.keeping import INSTALL as INSTALL
from fadu.city.authority.keeping import anyone, lock_post, nothing, organ_of
from fadu.city.authority.keeping import keeper as keeper
from fadu.city.authority.keeping import lock_appointment as lock_appointment
from fadu.city.authority.keeping import need as need
from fadu.city.authority.keeping import person_of as person_of
from fadu.city.authority.keeping import trace as trace
from fadu.city.authority.mandates import MINOR_BASIS as MINOR_BASIS
from fadu.city.authority.mandates import give_mandate as give_mandate
from fadu.city.authority.mandates import register_guardian as register_guardian
from fadu.city.authority.mandates import revoke_mandate as revoke_mandate
from fadu.city.authority.models import Appointment, Delegation, Organ, Post, Power, in_force
from fadu.city.authority.tokens import issue_token as issue_token
from fadu.city.authority.tokens import revoke_token as revoke_token
from fadu.core.errors import Refusal, Refused

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
# 三员分立 (GB/T 22239-2019 8.1.4.2): whoever gives rights does not watch over their use.
_APART = frozenset({"staffing", "supervise"})


@act("authority.establish_organ", title="设立机构", lock=nothing, who=keeper)
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
        raise Refused(
            Refusal("code_in_use", f"机构代码 {code} 已被使用", cure="请核对代码或改用变更", subject="code")
        )
    organ = Organ.objects.create(
        code=code, name=name, short=short, level=level, division=division, mark=mark, duties=list(duties), aliases=list(aliases),
        administrative=administrative, start=start, parent=organ_of(parent), government=organ_of(government),
    )  # fmt: skip
    leaf = trace(doing, register="organ", key=code, step="establish", values={"name": name, "start": start})
    return {"organ": organ.pk, "leaf": leaf.hash.hex()}


@act("authority.create_post", title="设置岗位", lock=nothing, who=keeper)
def create_post(
    doing: Doing,
    _subject: None,
    /,
    *,
    organ: str,
    title: str,
    functions: Sequence[str],
    rotation_years: int | None = None,
    key_post: bool = False,
) -> Answer:
    """设置岗位: a post with its functions (分岗设权); unknown functions, and functions kept apart, are refused."""
    if unknown := set(functions) - set(FUNCTIONS):
        raise Refused(Refusal("unknown_function", f"没有这样的岗位职能：{'、'.join(sorted(unknown))}"))
    if set(functions) >= _APART:
        raise Refused(
            Refusal(
                "apart",
                "机构编制管理与监督不得由同一岗位承担",
                "GB/T 22239-2019 8.1.4.2；《四中全会决定》分岗设权",
                "请分设两个岗位",
                "functions",
            )
        )
    home = organ_of(organ)
    if home is None:
        raise Refused(Refusal("missing_organ", "请选择岗位所在的机构", subject="organ"))
    if key_post and not rotation_years:
        raise Refused(
            Refusal(
                "no_rotation_years",
                "权力集中的岗位须写明轮岗年限",
                "《四中全会决定》定期轮岗",
                "请填写轮岗年限",
                "rotation_years",
            )
        )
    if Post.objects.filter(organ=home, title=title).exists():
        raise Refused(
            Refusal("post_exists", f"{home.short}已有岗位“{title}”", cure="请换一个岗位名称", subject="title")
        )
    post = Post.objects.create(
        organ=home,
        title=title,
        functions=list(functions),
        rotation_years=rotation_years,
        key_post=key_post,
    )
    leaf = trace(
        doing, register="post", key=f"{organ}/{title}", step="create", values={"functions": functions}
    )
    return {"post": post.pk, "leaf": leaf.hash.hex()}


@act("authority.appoint", title="任职", lock=lock_post, who=keeper)
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
    """任职、代理、替岗: a person takes a post from a day. The same person never holds the same post twice at once.

    Acting heads (代理) and substitutes (替岗) stand in for a time: their appointment has an end.
    """
    holder = person_of(person)
    if holder.kind != Person.Kind.NATURAL:
        raise Refused(Refusal("not_natural", f"{holder.name}不是自然人，不能任职", subject="person"))
    if kind not in Appointment.Kind.values:
        raise Refused(
            Refusal("unknown_kind", f"没有“{kind}”这种任职性质", cure="任职、代理或者替岗", subject="kind")
        )
    if kind != Appointment.Kind.REGULAR and end is None:
        word = Appointment.Kind(kind).label
        raise Refused(Refusal("missing_end", f"{word}须写明到何时为止", cure="请填写截止日期", subject="end"))
    if end is not None and end <= start:
        raise Refused(Refusal("end_before_start", "截止日期须晚于任职日", cure="请核对日期", subject="end"))
    if Appointment.objects.filter(in_force(start), person=holder, post=post).exists():
        raise Refused(Refusal("already_holds", f"{holder.name}已任{post}", cure="请先结束原任职"))
    row = Appointment.objects.create(person=holder, post=post, start=start, end=end, kind=kind, basis=basis)
    leaf = trace(
        doing, register="appointment", key=str(row.pk), step="appoint",
        values={"person": person, "post": str(post), "kind": kind, "start": start, "basis": basis},
    )  # fmt: skip
    return {"appointment": row.pk, "leaf": leaf.hash.hex()}


def _installation(doing: Doing, subject: Any, /, **asked: Any) -> Iterable[Refusal]:
    """A holder leaves by ``cases.leave_post``, which sees to his work; only a city being built ends posts bare."""
    if doing.actor.source != INSTALL:
        yield Refusal("hand_over_first", "离任须同时交接工作", cure="请用“离任交接”办理")


@act("authority.end_appointment", title="免职（建库）", lock=lock_appointment, who=_installation)
def end_appointment(
    doing: Doing, appointment: Appointment, /, *, end: date, basis: str = "", **_: Any
) -> Answer:
    """免职 while a city is being built, before there is work to hand over."""
    return record_end(doing, appointment, end=end, basis=basis)


def record_end(doing: Doing, appointment: Appointment, *, end: date, basis: str) -> Answer:
    """Inside an act: ``end`` is the first day the person no longer holds the post. Powers and delegations end the same
    day, since a delegation counts only while its appointment is in force."""
    if end <= appointment.start:
        raise Refused(Refusal("end_before_start", "离任日须晚于任职日", cure="请核对日期", subject="end"))
    if appointment.end is not None and appointment.end <= end:
        raise Refused(
            Refusal("ended_already", f"该任职已于 {appointment.end:%Y年%m月%d日} 结束", subject="end")
        )
    Appointment.objects.filter(pk=appointment.pk).update(end=end)
    leaf = trace(
        doing, register="appointment", key=str(appointment.pk), step="end", values={"end": end, "basis": basis}
    )  # fmt: skip
    return {"appointment": appointment.pk, "leaf": leaf.hash.hex()}


def _own_or_keeper(doing: Doing, appointment: Appointment, /, **asked: Any) -> Iterable[Refusal]:
    if appointment.person_id != doing.actor.person.pk:
        yield from keeper(doing, appointment, **asked)


@act("authority.delegate", title="委派权限", lock=lock_appointment, who=_own_or_keeper)
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
        raise Refused(
            Refusal(
                "beyond_post",
                f"该岗位没有这些职能，不能委派：{'、'.join(sorted(extra))}",
                subject="functions",
            )
        )
    if not functions:
        raise Refused(
            Refusal("missing_functions", "没有写明委派哪些职能", cure="请选择职能", subject="functions")
        )
    if end <= start:
        raise Refused(Refusal("end_before_start", "委派的截止日须晚于起始日", subject="end"))
    reason = need(reason, "委派的事由")
    receiver = person_of(to, subject="to")
    if receiver.pk == appointment.person_id:
        raise Refused(Refusal("to_oneself", "不能委派给本人", cure="请选择其他人员", subject="to"))
    if not Appointment.objects.filter(in_force(start), person=receiver).exists():
        raise Refused(
            Refusal(
                "wrong_post", f"{receiver.name}没有任职，不能接受委派", cure="请选择在任人员", subject="to"
            )
        )
    row = Delegation.objects.create(
        appointment=appointment, to=receiver, functions=list(functions), start=start, end=end, reason=reason
    )
    leaf = trace(
        doing, register="delegation", key=str(row.pk), step="delegate",
        values={"to": to, "functions": functions, "start": start, "end": end, "reason": reason},
    )  # fmt: skip
    return {"delegation": row.pk, "leaf": leaf.hash.hex()}


def _lock_delegation(doing: Doing, *, delegation: int, **asked: Any) -> Delegation:
    found = (
        Delegation.objects.select_for_update(of=("self",))
        .select_related("appointment")
        .filter(pk=delegation)
        .first()
    )
    if found is None:
        raise Refused(Refusal("unknown_delegation", "没有这项委派", cure="请从委派名单中选择"))
    return found


def _giver_or_keeper(doing: Doing, delegation: Delegation, /, **asked: Any) -> Iterable[Refusal]:
    if delegation.appointment.person_id != doing.actor.person.pk:
        yield from keeper(doing, delegation, **asked)


@act("authority.revoke_delegation", title="收回委派", lock=_lock_delegation, who=_giver_or_keeper)
def revoke_delegation(doing: Doing, delegation: Delegation, /, *, reason: str, **_: Any) -> Answer:
    """收回委派: from this day on the receiver no longer has the lent functions; what he did with them stands."""
    if delegation.end <= doing.on:
        raise Refused(Refusal("ended_already", "该委派已经结束，无须收回"))
    reason = need(reason, "收回的理由")
    Delegation.objects.filter(pk=delegation.pk).update(
        end=max(doing.on, delegation.start), revoked_reason=reason
    )
    leaf = trace(
        doing, register="delegation", key=str(delegation.pk), step="revoke", values={"reason": reason}
    )
    return {"delegation": delegation.pk, "leaf": leaf.hash.hex()}


@act("authority.install_powers", title="职权生效", lock=nothing, who=keeper)
def install_powers(
    doing: Doing, _subject: None, /, *, organ: str, powers: Sequence[dict[str, Any]], source: str
) -> Answer:
    """职权生效: rows of a published power list enter into force for an organ; Party and judicial organs get none."""
    home = organ_of(organ)
    assert home is not None
    if not home.administrative:
        raise Refused(Refusal("not_administrative", f"{home.name}不行使行政权力，不能载入职权"))
    for power in powers:
        Power.objects.create(organ=home, source=source, **power)
    leaf = trace(
        doing, register="power", key=organ, step="install",
        values={"source": source, "procedures": sorted(power["procedure"] for power in powers)},
    )  # fmt: skip
    return {"organ": home.pk, "powers": len(powers), "leaf": leaf.hash.hex()}


@act("authority.advance_clock", title="拨快演示时间", lock=nothing, who=anyone)
def advance_clock(doing: Doing, _subject: None, /, *, to: datetime) -> Answer:
    """拨快演示时间: only in a demonstration, only forward; the log shows that it was done."""
    moment = clock.move_forward(to)
    leaf = trace(doing, register="demo_clock", key="1", step="advance", values={"to": moment.isoformat()})
    return {"now": moment.isoformat(), "leaf": leaf.hash.hex()}
