"""What can be done to a draw: fix the candidates and the seed's digest, draw, or void with a reason. Nothing in between."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fadu.city.authority.door import Answer as Told
from fadu.city.authority.door import Doing, act
from fadu.city.cases import acts as case_acts
from fadu.city.ledger import queries as ledger
from fadu.city.participation import lot, pool, speaking
from fadu.city.participation.models import Expert, Hearing, Lot, Registration
from fadu.core.errors import Refusal, Refused
from fadu.core.terms import chinese_day

KEY_BYTES = 13
ALL = ""


def chain(row: Lot) -> str:
    """The draw's own chain in the ledger."""
    return f"lot/{row.key}"


def _handles_case(doing: Doing, case: Any, /, **asked: Any) -> Iterable[Refusal]:
    yield from speaking.handles(doing, case)
    if case.ended_at is not None:
        yield Refusal("ended", "本件已经办结，不再抽签")


@act(
    "participation.prepare_expert_lot",
    title="公布专家候选名单和种子摘要",
    lock=case_acts.lock_case,
    who=_handles_case,
)
def prepare_experts(
    doing: Doing,
    case: Any,
    /,
    *,
    places: int,
    fields: Sequence[str] = (),
    excluded: Mapping[str, str] | None = None,
    announced: str = "",
    **_: Any,
) -> Told:
    """专家抽签: everybody in the register on the day, of these fields, who has nothing to do with the matter.

    ``excluded`` maps entries of the register to the reason why they are left out beyond what the rules leave out.
    """
    found = pool.candidates(case, doing.on, fields=fields, excluded=excluded or {})
    if not 1 <= places <= len(found.entries):
        raise Refused(
            Refusal(
                "places", f"名额应在 1 和候选人数 {len(found.entries)} 之间，现为 {places}",
                cure="请调整名额或者放宽专业范围", subject="places",
            )
        )  # fmt: skip
    listed = [
        {"id": one.key, "label": f"{one.title}（{pool.field_of(one)}）", "group": ALL}
        for one in found.entries
    ]
    return _prepare(
        doing, case, Lot.Subject.EXPERTS, listed, {ALL: places}, announced,
        excluded=[{"label": label, "reason": reason} for label, reason in found.excluded],
    )  # fmt: skip


def _lock_hearing_case(doing: Doing, *, hearing: str, **asked: Any) -> Any:
    row = Hearing.objects.filter(key=hearing).select_related("case").first()
    if row is None:
        raise Refused(Refusal("unknown_hearing", "没有这次听证会"))
    return case_acts.lock_case(doing, case=row.case.key)


@act(
    "participation.prepare_hearing_lot",
    title="公布听证报名名单和种子摘要",
    lock=_lock_hearing_case,
    who=_handles_case,
)
def prepare_hearing(doing: Doing, case: Any, /, *, hearing: str, announced: str = "", **_: Any) -> Told:
    """听证参加人抽签: those registered and not yet decided, group by group, for the places of the notice."""
    row = Hearing.objects.select_for_update().get(key=hearing)
    waiting = list(row.registrations.filter(state=Registration.State.WAITING).order_by("number"))
    if row.listed_at is not None or not waiting:
        raise Refused(
            Refusal("nothing_to_draw", "没有待遴选的报名人", cure="请核对报名情况和名单是否已经公布")
        )
    if row.register_until is not None and doing.on <= row.register_until:
        raise Refused(
            Refusal(
                "still_registering",
                "报名还没有截止",
                row.basis,
                f"请在{chinese_day(row.register_until)}以后抽签",
            )
        )
    places = {one["group"]: int(one["places"]) for one in row.groups}
    chosen = row.registrations.filter(state=Registration.State.CHOSEN).values_list("stands_for", flat=True)
    for group in chosen:
        places[group] = max(places.get(group, 0) - 1, 0)
    listed = [
        {"id": str(one.number), "label": f"报名第 {one.number} 号", "group": one.stands_for}
        for one in waiting
    ]
    told = _prepare(doing, case, Lot.Subject.HEARING, listed, places, announced)
    Hearing.objects.filter(pk=row.pk).update(lot=Lot.objects.get(key=told["lot"]))
    return told


def _prepare(
    doing: Doing,
    case: Any,
    subject: str,
    listed: list[dict[str, str]],
    places: Mapping[str, int],
    announced: str,
    excluded: Sequence[Mapping[str, str]] = (),
) -> Told:
    if Lot.objects.filter(case=case, subject=subject, drawn_at__isnull=True, void_reason="").exists():
        raise Refused(
            Refusal(
                "lot_open", "已有一次抽签公布了名单还没有抽取", cure="请先抽取；确有错误的，说明理由后作废"
            )
        )
    if problems := list(speaking.texts({"announced": ("公共随机数来源", 0, 200)}, {"announced": announced})):
        raise Refused(*problems)
    seed = secrets.token_bytes(lot.SEED_BYTES)
    row = Lot(
        key=secrets.token_hex(KEY_BYTES), case=case, subject=subject, title=case.title, algorithm=lot.ALGORITHM,
        candidates=listed, excluded=list(excluded), places=dict(places), commitment=lot.commitment(seed),
        announced=announced.strip(), prepared_at=doing.at,
    )  # fmt: skip
    # The seed lies in the opening of this leaf until it is drawn: committed to in the log, readable to nobody.
    leaf = _leave(
        doing, row, "prepare_lot",
        {"seed": seed.hex(), "commitment": row.commitment, "candidates": digest(listed), "places": dict(places), "announced": row.announced},
    )  # fmt: skip
    row.prepared_leaf = leaf.hash.hex()
    row.save()
    return {"lot": row.key, "leaf": row.prepared_leaf}


def digest(listed: Sequence[Mapping[str, str]]) -> str:
    """One number for a list of candidates, whatever order they were entered in."""
    lines = sorted(json.dumps([one["group"], one["id"]], ensure_ascii=False) for one in listed)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _lock(doing: Doing, *, lot: str, **asked: Any) -> Lot:
    row = Lot.objects.select_for_update(of=("self",)).select_related("case__organ").filter(key=lot).first()
    if row is None:
        raise Refused(Refusal("unknown_lot", "没有这次抽签"))
    return row


def _may_draw(doing: Doing, row: Lot, /, **asked: Any) -> Iterable[Refusal]:
    yield from speaking.handles(doing, row.case)
    if row.drawn_at is not None:
        yield Refusal("drawn", "已经抽取，结果不能更改", cure="入选人不能参加的，由候补依次递补")
    elif row.void_reason:
        yield Refusal("void", "这次抽签已经作废")


@act("participation.draw_lot", title="抽签", lock=_lock, who=_may_draw)
def draw(doing: Doing, row: Lot, /, *, public_value: str = "", **_: Any) -> Told:
    """抽取: the seed is opened and published with the order it gives. Where a public value was announced, it is given."""
    if row.announced and not public_value.strip():
        raise Refused(
            Refusal(
                "no_public_value",
                f"事先公布的公共随机数（{row.announced}）还没有填写",
                cure="请在它产生以后填写",
                subject="public_value",
            )
        )
    if not row.announced and public_value.strip():
        raise Refused(
            Refusal(
                "not_announced",
                "没有事先公布公共随机数的来源，不能在抽取时加入",
                cure="请留空",
                subject="public_value",
            )
        )
    if problems := list(
        speaking.texts({"public_value": ("公共随机数", 0, 200)}, {"public_value": public_value})
    ):
        raise Refused(*problems)
    seed = bytes.fromhex(ledger.open_field(bytes.fromhex(row.prepared_leaf), "seed"))
    row.public_value, row.seed = public_value.strip(), seed.hex()
    drawn = lot.draw(seed, by_group(row), row.public_value)
    row.order = {group: [ticket.id for ticket in tickets] for group, tickets in drawn.items()}
    row.drawn_at = doing.at
    leaf = _leave(
        doing, row, "draw_lot", {"seed": row.seed, "public_value": row.public_value, "order": row.order}
    )
    row.drawn_leaf = leaf.hash.hex()
    row.save()
    (_seat_experts if row.subject == Lot.Subject.EXPERTS else _seat_hearing)(doing, row)
    return {"lot": row.key, "leaf": row.drawn_leaf, "order": row.order}


def by_group(row: Lot) -> dict[str, list[str]]:
    """The candidates' ids by group, as the draw takes them."""
    found: dict[str, list[str]] = {}
    for one in row.candidates:
        found.setdefault(one["group"], []).append(one["id"])
    return found


def _seat_experts(doing: Doing, row: Lot) -> None:
    entries = {one.key: one for one in pool.register(doing.on)}
    for rank, key in enumerate(row.order[ALL], 1):
        entry = entries.get(key)
        if entry is None or entry.person is None:
            raise Refused(
                Refusal("left_register", f"候选人 {key} 已经出册", cure="请说明理由作废后重新公布名单")
            )
        invited = rank <= row.places[ALL]
        Expert.objects.create(
            lot=row, person=entry.person, entry=key, rank=rank, field=pool.field_of(entry)[:120], changed_at=doing.at,
            state=Expert.State.INVITED if invited else Expert.State.RESERVE,
        )  # fmt: skip
        if invited:
            row.case.parties.get_or_create(person=entry.person, role="experts")


def _seat_hearing(doing: Doing, row: Lot) -> None:
    hearing = row.hearings.get()
    for group, ids in row.order.items():
        places = row.places.get(group, 0)
        for rank, number in enumerate(ids, 1):
            state = Registration.State.CHOSEN if rank <= places else Registration.State.RESERVE
            reason = f"抽签第 {rank} 位"
            hearing.registrations.filter(number=int(number)).update(state=state, reason=reason)


@act("participation.void_lot", title="抽签作废", lock=_lock, who=_may_draw)
def void(doing: Doing, row: Lot, /, *, reason: str, **_: Any) -> Told:
    """作废: only before the draw, with a reason that stays public beside the list."""
    if problems := list(speaking.texts({"reason": ("作废理由", 2, 300)}, {"reason": reason})):
        raise Refused(*problems)
    leaf = _leave(doing, row, "void_lot", {"reason": reason.strip()})
    row.void_reason = reason.strip()
    row.save(update_fields=["void_reason"])
    return {"lot": row.key, "leaf": leaf.hash.hex()}


def _leave(doing: Doing, row: Lot, step: str, fields: dict[str, Any]) -> Any:
    who = speaking.by_official(doing, row.case)
    return doing.leave(
        case_ref=chain(row), step=f"participation.{step}", performers=[who], recorder=who, organ=row.case.organ.code,
        occurred_at=doing.at, fields=fields,
    )  # fmt: skip
