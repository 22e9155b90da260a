"""The one door. Everything that changes the world passes here, and nothing that passes leaves no trace.

An act is a function ``body(doing, subject, **asked) -> answer`` declared with ``@act``. Calling the declared
function opens the transaction, reads the clock once, locks the subject, asks "may they?", does it and demands a
leaf. Grep ``@act`` and you have the list of all that this software can do to a citizen.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from fadu.city.authority import answered, clock
from fadu.city.authority.actor import Actor
from fadu.city.authority.batch import Batch
from fadu.city.authority.models import Outbox
from fadu.city.ledger import acts as ledger
from fadu.city.sqlite.advance import NotInAdvance, Reads
from fadu.city.statements import Together, postgres
from fadu.core.errors import Refusal, Refused

Answer = dict[str, Any]
MANY = 1000


@dataclass(frozen=True)
class Spec:
    """What the generated list of acts says of one: its name in code, its Chinese title, its basis."""

    name: str
    title: str
    basis: str
    lock: Callable[..., Any]
    who: Callable[..., Iterable[Refusal]]
    body: Callable[..., Answer]
    ahead: Callable[..., Mapping[str, dict[Any, Any]]] | None = None
    in_advance: bool = False


ACTS: dict[str, Spec] = {}


@dataclass
class Doing:
    """An act under way: who, when, and the only ways to leave something behind."""

    spec: Spec
    actor: Actor
    # The moment given by who began it; else the clock is read.
    moment: datetime | None
    request_id: str
    leaves: list[Any] = field(default_factory=list)
    # What an act's lock has read for the rest of the act, by the app that read it.
    known: dict[Any, Any] = field(default_factory=dict)
    # What may wait to be written in one statement with the answer; None: nothing waits.
    rows: Together | None = None

    @functools.cached_property
    def at(self) -> datetime:
        """The moment of the act: the clock is read once, when this is first asked for, which is not before the subject
        has been read under its lock. So the acts of one subject are dated in the order in which they came to be.
        """
        return self.moment or clock.now()

    @property
    def on(self) -> date:
        """The legal day of the act."""
        return self.at.date()

    def leave(self, **record: Any) -> Any:
        """Append the act's leaf to the ledger, in this transaction; keywords as in ``ledger.acts.Record``."""
        appended = ledger.append(recorded_at=self.at, request_id=self.request_id, **record)
        self.leaves.append(appended)
        return appended

    def send(self, kind: str, key: str, payload: Mapping[str, Any], *, due: datetime | None = None) -> None:
        """Owe a message or job; the worker delivers it after commit, at least once."""
        Outbox.objects.get_or_create(
            key=key, defaults={"kind": kind, "payload": payload, "due": due or self.at}
        )


def act(
    name: str,
    *,
    title: str,
    lock: Callable[..., Any],
    who: Callable[..., Iterable[Refusal]],
    basis: str = "",
    ahead: Callable[..., Mapping[str, dict[Any, Any]]] | None = None,
    in_advance: bool = False,
) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Declare an act. ``lock(doing, **asked)`` returns the locked subject; ``who(doing, subject, **asked)`` every
    reason against this person. Both run inside the transaction; there is no act without them.

    ``ahead(actor, at, subjects)`` may lock and read the subjects of many acts at once, in the order given: with what
    each act's ``doing.known`` begins, by subject. ``lock`` finds it there, or does it itself.

    ``in_advance``: where writers wait in one queue, the act may be computed before its turn (``_computed_before``). Until
    it first writes past ``doing.rows`` it does nothing but read the database and compute.
    """

    def declare(body: Callable[..., Answer]) -> Callable[..., Answer]:
        if name in ACTS:
            raise RuntimeError(f"act {name} is declared twice")
        spec = ACTS[name] = Spec(name, title, basis, lock, who, body, ahead, in_advance)

        @functools.wraps(body)
        def enter(actor: Actor, /, *, request_id: str = "", **asked: Any) -> Answer:
            return _enter(spec, actor, request_id, asked)

        enter.spec = spec  # type: ignore[attr-defined]  # read by act_many, within() and the conformance test
        return enter

    return declare


def within(doing: Doing, declared: Callable[..., Answer], **asked: Any) -> Answer:
    """Run another act inside this one's transaction: the same moment, the same person, the same questions."""
    spec: Spec = declared.spec  # type: ignore[attr-defined]  # set by ``act`` on what it declares
    if doing.rows is not None:
        doing.rows.run()
    return _do(Doing(spec, doing.actor, doing.at, doing.request_id), asked)


def act_many(
    declared: Callable[..., Answer], actor: Actor, rows: Iterable[Mapping[str, Any]], *, order: str
) -> list[Answer | Refused]:
    """The second entrance: up to 1,000 acts in one transaction, one reading of the clock, subjects locked in order.

    ``order`` names the argument by which subjects are locked. A refused act is reported in its place and keeps none
    of the others back; what it had begun is undone. Rows may carry a ``request_id``, as one act does: what has been
    answered under it is not done again.
    """
    spec: Spec = declared.spec  # type: ignore[attr-defined]  # set by ``act`` on what it declares
    asked = list(rows)
    if len(asked) > MANY:
        raise Refused(Refusal("too_many", f"一次最多 {MANY} 件，现为 {len(asked)} 件", cure="请分批提交"))
    try:
        return _do_many(spec, actor, asked, order)
    except IntegrityError:
        # Somebody has answered the same requests since they were looked up; now their answers are found.
        if not any(row.get("request_id") for row in asked):
            raise
        return _do_many(spec, actor, asked, order)


def _do_many(
    spec: Spec, actor: Actor, asked: Sequence[Mapping[str, Any]], order: str
) -> list[Answer | Refused]:
    places = sorted(range(len(asked)), key=lambda index: str(asked[index][order]))
    answers: list[Answer | Refused] = [Refused(Refusal("not_reached", "未处理"))] * len(asked)
    batch = Batch([str(asked[place][order]) for place in places])
    once = answered.Answered(actor.person, spec.name)
    with transaction.atomic(), batch.open():
        once.look_up(str(row.get("request_id", "")) for row in asked)
        moment = clock.now()
        if spec.ahead is not None:
            batch.ahead = functools.partial(spec.ahead, actor, moment)
        for turn, place in enumerate(places):
            row = dict(asked[place])
            request_id = str(row.pop("request_id", ""))
            try:
                if (earlier := once.earlier(request_id, row)) is not None:
                    answers[place] = earlier
                    continue
                with batch.one() as rows:
                    doing = Doing(spec, actor, moment, request_id, known=batch.known(turn), rows=rows)
                    answers[place] = _do(doing, row)
                    if request_id:
                        once.keep(rows, request_id, row, answers[place], moment)
            except Refused as refused:
                answers[place] = refused
        _answered_meanwhile(once, asked, answers)
    return answers


def _answered_meanwhile(
    once: answered.Answered, asked: Sequence[Mapping[str, Any]], answers: list[Answer | Refused]
) -> None:
    """A row may be refused because the same request was done while this batch waited for its subject."""
    refused = [
        place
        for place, answer in enumerate(answers)
        if isinstance(answer, Refused) and asked[place].get("request_id")
    ]
    once.look_up(str(asked[place]["request_id"]) for place in refused)
    for place in refused:
        row = dict(asked[place])
        with contextlib.suppress(Refused):
            answers[place] = once.earlier(str(row.pop("request_id")), row) or answers[place]


def _enter(spec: Spec, actor: Actor, request_id: str, asked: Mapping[str, Any]) -> Answer:
    try:
        return _answer_once(spec, actor, request_id, asked)
    except Refused as refused:
        ledger.note_refusal(act=spec.name, person=actor.person.key, refusals=refused.refusals, at=clock.now())
        raise


def _answer_once(spec: Spec, actor: Actor, request_id: str, asked: Mapping[str, Any]) -> Answer:
    """Do it; a request that has been answered already gets that answer, whether its repetition came at once or later.

    Repetitions are rare, so nobody asks beforehand: the second one fails, by its own row or because of what the first
    has changed, and only then the first one's answer is looked up.
    """
    digest = answered.digest_of(spec.name, asked) if request_id else ""
    compute = functools.partial(_compute, spec, actor, request_id, digest, asked)
    inside = connection.in_atomic_block
    try:
        before = _computed_before(compute) if spec.in_advance and not inside else None
        with transaction.atomic(durable=not inside):
            done = before[0] if before is not None and before[1].stand(connection) else compute()
            done.rows.run()
            return done.answer
    except (IntegrityError, Refused):
        if (earlier := answered.earlier(actor.person, request_id, digest)) is not None:
            return earlier
        raise


@dataclass(frozen=True)
class Done:
    """What an act answers, and what is still to be written for it."""

    answer: Answer
    rows: Together


def _compute(spec: Spec, actor: Actor, request_id: str, digest: str, asked: Mapping[str, Any]) -> Done:
    rows = Together()
    doing = Doing(spec, actor, None, request_id, rows=rows)
    answer = _do(doing, asked)
    if request_id:
        answered.keep(rows, actor.person, request_id, digest, answer, doing.at)
    return Done(answer, rows)


def _computed_before(compute: Callable[[], Done]) -> tuple[Done, Reads] | None:
    """The act before its turn, with all that it has read for it; None where it must wait for its turn.

    Everybody queues for SQLite's one write lock, so it is held only to ask again what was read, and to write. Nothing
    is refused here: a refusal is computed again in its turn.
    """
    if postgres() or not connection.queues:
        return None
    reads = Reads()
    try:
        with connection.in_advance(reads), transaction.atomic(durable=True):
            done = compute()
            transaction.set_rollback(True)
        return done, reads
    except (Refused, NotInAdvance):
        return None
    except Exception:
        # Also an error is told only if what was read still stands; else the turn decides.
        if reads.stand(connection):
            raise
        return None


def _do(doing: Doing, asked: Mapping[str, Any]) -> Answer:
    subject = doing.spec.lock(doing, **asked)
    if reasons := tuple(doing.spec.who(doing, subject, **asked)):
        raise Refused(*reasons)
    answer = doing.spec.body(doing, subject, **asked)
    if not doing.leaves:
        raise RuntimeError(f"act {doing.spec.name} left no trace")
    return answer
