"""Play demonstration cases through the door: a play is dated acts; who acts is found as in life, by role and post.

``law/demo/plays/*.toml``: ``procedure``, ``organ`` (code of the handling organ) and ``[[act]]`` tables with ``at``
(day or moment), ``step``, ``outcome``, ``facts``, ``why``, ``values``, ``files`` (field → text of the file), ``by``
(a person's key, where the role leaves a choice), ``targets``, ``case`` (``child:N`` for the N-th child of the case),
``refers`` (field → name of another play, whose case is named by its number); ``title`` of a case whose record has no subject.
The public speaks in ``[[comment]]`` (``at``, ``text``, ``clause`` by its label, ``kind``, ``by`` where sent from an account,
``shown`` where the undertaker has let it be seen) and registers for a hearing in ``[[registration]]`` (``at``, ``name``,
``stands_for``, ``contact``).
The plays of a city are performed together in the order of time, since time only goes forward.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from fadu.city.accounts.models import User
from fadu.city.authority import clock, queries
from fadu.city.authority.actor import Actor
from fadu.city.authority.models import Organ
from fadu.city.cases import acts, procedures
from fadu.city.cases.entry import Entry
from fadu.city.cases.files import uploads
from fadu.city.cases.models import Case
from fadu.city.cases.people import standing
from fadu.city.participation import acts as participation
from fadu.city.participation import hearings, origin
from fadu.core.errors import InputError, Refused
from fadu.core.procedure.definition import Definition, Step

Say = Callable[[str, int, int], None]
_WORKDAY_BEGINS = time(9, 30)


@dataclass
class Play:
    """One play and the case it has opened."""

    name: str
    procedure: str
    organ: str
    acts: Sequence[Mapping[str, Any]]
    voices: Sequence[Mapping[str, Any]] = ()
    case: str = ""


def perform(paths: Sequence[Path], *, say: Say, more: Sequence[Play] = ()) -> None:
    """Perform every act of every play, in time; an act that is refused stops with play, step and reasons.

    ``more`` are plays made elsewhere than in files of their own.
    """
    plays = [*(_read(path) for path in paths), *more]
    named = {play.name: play for play in plays}
    cues = sorted(
        (
            (_moment(act["at"], number), play, act)
            for play in plays
            for number, act in enumerate((*play.acts, *play.voices))
        ),
        key=lambda cue: cue[0],
    )
    for number, (moment, play, act) in enumerate(cues, 1):
        say("办理示范案件", number, len(cues))
        if moment > clock.now():
            clock.move_forward(moment)
        try:
            if "step" in act:
                _do(play, _referring(act, named), moment)
            else:
                _speak(play, act, moment)
        except Refused as refused:
            raise InputError(
                f"示范案件被拒绝：{refused}", where=f"plays/{play.name}，{act['at']} {act.get('step', act)}"
            ) from refused


def _referring(act: Mapping[str, Any], plays: Mapping[str, Play]) -> Mapping[str, Any]:
    """The act with the numbers of the cases that other plays have opened by now."""
    refers = act.get("refers", {})
    numbers = {field: Case.objects.get(key=plays[name].case).number for field, name in refers.items()}
    return {**act, "values": {**act.get("values", {}), **numbers}} if numbers else act


def _read(path: Path) -> Play:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    voices = [*data.get("comment", ()), *data.get("registration", ())]
    return Play(path.name, data["procedure"], data["organ"], data["act"], voices)


def _moment(at: date | datetime, number: int) -> datetime:
    """Acts of one day follow one another by minutes."""
    if isinstance(at, datetime):
        return at if at.tzinfo else at.replace(tzinfo=clock.ZONE)
    begins = datetime.combine(at, _WORKDAY_BEGINS, clock.ZONE)
    return begins.replace(minute=30 + number % 30)


def _do(play: Play, act: Mapping[str, Any], at: datetime) -> None:
    case = _case_of(play, act)
    definition = procedures.of(case) if case else procedures.in_force(play.procedure)
    step = definition.steps[act["step"]]
    handling = case.organ if case else Organ.objects.get(code=play.organ)
    last: Refused | None = None
    for actor in _cast(definition, step, act, handling, case, at):
        entry = _entry(actor, step, act, case, play)
        try:
            if case is None:
                asked = {"procedure": play.procedure, "organ": play.organ, "title": act.get("title", "")}
                play.case = acts.open_case(actor, **asked, entry=entry)["case"]
            else:
                acts.perform(actor, case=case.key, entry=entry)
            return
        except Refused as refused:
            # Somebody else of the same function may, where one person must not do both.
            if {reason.code for reason in refused.refusals} - {"same_person"}:
                raise
            last = refused
    raise last or InputError(f"没有人可以办理“{step.title}”", where=f"plays/{play.name}，{act['at']}")


def _speak(play: Play, voice: Mapping[str, Any], at: datetime) -> None:
    """Somebody of the public speaks to the draft, or registers for the hearing."""
    case = Case.objects.get(key=play.case)
    actor = (
        _actor(User.objects.select_related("person").get(username=voice["by"]), at)
        if "by" in voice
        else queries.newcomer()
    )
    # Everybody from an address of his own; the same play asks under the same request.
    request_id = hashlib.sha256(f"{play.name} {voice}".encode()).hexdigest()[:24]
    place = origin.of(request_id, at.date())
    if "name" in voice:
        hearing = case.hearings.latest("seq")
        asked = {name: voice[name] for name in ("name", "stands_for", "contact")}
        hearings.register(actor, request_id=request_id, hearing=hearing.key, origin=place, **asked)
        return
    consultation = case.consultations.latest("seq")
    clause = (
        consultation.clauses.get(label=voice["clause"], heading=False).number if "clause" in voice else None
    )
    told = participation.comment(
        actor, request_id=request_id, consultation=consultation.key, origin=place, text=voice["text"], clause=clause,
        kind=voice.get("kind", "person"),
    )  # fmt: skip
    if "shown" in voice:
        clerk = next(_handlers(case, at))
        participation.moderate(
            clerk,
            consultation=consultation.key,
            numbers=[told["number"]],
            show=voice["shown"],
            reason=voice.get("reason", ""),
        )


def _handlers(case: Case, at: datetime) -> Iterator[Actor]:
    for held in queries.holders(case.organ, "handle", at.date()).order_by("pk"):
        yield _actor(held.person.users.get(), at)


def _case_of(play: Play, act: Mapping[str, Any]) -> Case | None:
    if not play.case:
        return None
    case = Case.objects.select_related("organ__government").get(key=play.case)
    kind, _, number = str(act.get("case", "")).partition(":")
    if kind == "child":
        return case.children.select_related("organ__government").order_by("pk")[int(number) - 1]
    return case


def _cast(
    definition: Definition,
    step: Step,
    act: Mapping[str, Any],
    handling: Organ,
    case: Case | None,
    at: datetime,
) -> Iterator[Actor]:
    """Whoever is named; else everyone who has one of the step's roles that day, in the order of appointment."""
    if "by" in act:
        yield _actor(User.objects.select_related("person").get(username=act["by"]), at)
        return
    for name in step.by:
        role = definition.roles[name]
        organ = standing.organ_of(role, handling, case, at) if role.kind == "function" else None
        if organ is None:
            continue
        for held in queries.holders(organ, role.function, at.date()).order_by("pk"):
            actor = _actor(held.person.users.get(), at)
            if standing.find(definition, step, actor, handling=handling, at=at, case=case):
                yield actor


def _actor(user: User, at: datetime) -> Actor:
    return queries.actor_for(user, at=at, proved_at=at)


def _entry(actor: Actor, step: Step, act: Mapping[str, Any], case: Case | None, play: Play) -> Entry:
    place = f"case/{case.key}/{step.name}" if case else f"new/{play.procedure}"
    files = {}
    for name, text in act.get("files", {}).items():
        title = step.entries()[name].title
        upload = SimpleUploadedFile(f"{title}.txt", text.encode(), "text/plain")
        files[name] = [uploads.keep(actor.person, place, name, upload, at=clock.now()).pk]
    return Entry(
        step=step.name, outcome=act.get("outcome", ""), values=act.get("values", {}), facts=act.get("facts", {}),
        reasons=act.get("why", {}), files=files, targets=act.get("targets", ()),
    )  # fmt: skip
