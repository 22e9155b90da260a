"""Run by test_advance.py on a database of its own: acts whose world changes after they were computed, before their turn.

Prints for each story what became of the act, and where it was computed: before its turn, in its turn, or both.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import secrets
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fadu.city import boot

MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
LONG_AGO = date(2025, 6, 2)
CLERKS = ("zhao", "qian")
# No story is about how slow this machine is.
LONG = 600.0


def _module(name: str) -> Any:
    return importlib.import_module(name)


class Stories:
    """Each story does one act; ``turn`` lets something else happen when all is computed and the queue not yet entered."""

    def __init__(self) -> None:
        self.factories = _module("tests.factories")
        self.acts = _module("fadu.city.cases.acts")
        self.authority = _module("fadu.city.authority.acts")
        self.queries = _module("fadu.city.authority.queries")
        self.refused = _module("fadu.core.errors").Refused
        self.entry = _module("fadu.city.cases.entry").Entry
        self.models = _module("fadu.city.authority.models")
        self.db = _module("django.db")
        self.city = self.factories.make_city(at=MONDAY)
        self.advance = _module("fadu.city.sqlite.advance")
        self.advance.FRESH = LONG
        self.computed: list[str] = []
        recording = _module("fadu.city.cases.recording")
        real = recording.engine.record

        def watched(*given: Any, **named: Any) -> Any:
            connection = self.db.connection
            if threading.current_thread() is threading.main_thread():
                early = connection.vendor == "sqlite" and connection._queue is None
                self.computed.append("before" if early else "inside")
            return real(*given, **named)

        recording.engine.record = watched

    def case(self, procedure: str = "notes", step: str = "begin", **values: Any) -> str:
        given = {"content": "停车收费"} if procedure == "notes" else values
        return str(
            self.factories.open_case(self.city, procedure, by="zhao", organ="finance", step=step, **given).key
        )

    @contextlib.contextmanager
    def turn(self, change: Callable[[], Any]) -> Iterator[None]:
        """On SQLite ``change`` happens in another connection between computing and the queue; elsewhere before both."""
        connection = self.db.connection

        def other() -> None:
            try:
                change()
            finally:
                self.db.connection.close()

        def wait() -> None:
            beside = threading.Thread(target=other)
            beside.start()
            beside.join()

        if connection.vendor != "sqlite":
            wait()
            yield
            return
        real = connection._enter_queue

        def enter() -> None:
            connection._enter_queue = real
            wait()
            real()

        connection._enter_queue = enter
        yield
        assert connection._enter_queue == real

    def told(self, change: Callable[[], Any], act: Callable[[], Any]) -> list[Any]:
        """What became of the act (refusal or number in its case), and where it was computed."""
        self.computed.clear()
        try:
            with self.turn(change):
                became: Any = act()["seq"]
        except self.refused as refused:
            became = refused.refusals[0].code
        return [became, *self.computed]

    def note(self, case: str, by: Any, text: str = "记一笔", **more: Any) -> Any:
        actor = self.city.actor(by) if isinstance(by, str) else by
        return self.acts.perform(
            actor, case=case, entry=self.entry(step="note", values={"text": text}), **more
        )

    def nothing(self) -> list[Any]:
        case, zhao = self.case(), self.city.actor("zhao")
        return self.told(lambda: None, lambda: self.note(case, zhao))

    def another_act(self) -> list[Any]:
        case, zhao = self.case(), self.city.actor("zhao")
        return self.told(lambda: self.note(case, "qian"), lambda: self.note(case, zhao))

    def the_version_seen(self) -> list[Any]:
        case, zhao = self.case(), self.city.actor("zhao")
        return self.told(lambda: self.note(case, "qian"), lambda: self.note(case, zhao, version=1))

    def the_step_itself(self) -> list[Any]:
        """The answer can be given once; both began when it was still owed."""
        case, zhao = self.case(), self.city.actor("zhao")
        asked = {"case": case, "entry": self.entry(step="answer", values={"text": "答复"})}
        return self.told(
            lambda: self.acts.perform(self.city.actor("qian"), **asked),
            lambda: self.acts.perform(zhao, **asked),
        )

    def the_post(self) -> list[Any]:
        """免职: he came with a post that he no longer has."""
        self.factories.make_person("tao", "陶某")
        post = self.factories.make_post("finance", "主办", ["handle"], held_by="tao", since=LONG_AGO)
        case, tao = self.case(), self.city.actor("tao")
        return self.told(
            lambda: self.authority.end_appointment(
                self.queries.installer(), appointment=post, end=MONDAY.date()
            ),
            lambda: self.note(case, tao),
        )

    def the_function(self) -> list[Any]:
        """The post stays, what it may do does not."""
        self.factories.make_person("gao", "高某")
        self.factories.make_post("finance", "协办", ["handle"], held_by="gao")
        case, gao = self.case(), self.city.actor("gao")
        post = self.models.Post.objects.filter(title="协办")
        return self.told(lambda: post.update(functions=["register"]), lambda: self.note(case, gao))

    def what_was_lent(self) -> list[Any]:
        """收回委派: 吴六 of another bureau had the clerk's function for a week."""
        day = MONDAY.date()
        post = self.models.Appointment.objects.get(person__key="zhao").pk
        lent = self.authority.delegate(
            self.city.actor("zhao"), appointment=post, to="wu", functions=["handle"], start=day,
            end=day + timedelta(days=7), reason="出差",
        )["delegation"]  # fmt: skip
        case, wu = self.case(), self.city.actor("wu")
        return self.told(
            lambda: self.authority.revoke_delegation(self.city.actor("zhao"), delegation=lent, reason="已回"),
            lambda: self.note(case, wu),
        )

    def the_limit(self) -> list[Any]:
        """分级授权: the limit of the post is taken back to less than the amount."""
        post = self.models.Post.objects.get(organ__code="finance", title="局长")
        rows = self.models.Limit.objects
        rows.create(post=post, amount=500_000, basis="云府发〔2026〕1号", start=LONG_AGO)
        case = self.case("spending", "ask", purpose="设备")
        sun = self.city.actor("sun")
        return self.told(
            lambda: rows.update(amount=1000),
            lambda: self.acts.perform(
                sun, case=case, entry=self.entry(step="grant", values={"amount": "400000"})
            ),
        )

    def the_clock(self) -> list[Any]:
        """A demonstration's clock is moved: the act bears the later day, after the other one's."""
        case, zhao = self.case(), self.city.actor("zhao")
        later = _module("fadu.city.authority.clock").now() + timedelta(hours=1)

        def move() -> None:
            self.authority.advance_clock(self.city.actor("zhao"), to=later)
            self.note(case, "qian")

        answer = self.told(move, lambda: self.note(case, zhao))
        acts = _module("fadu.city.cases.models").Act.objects.filter(case__key=case)
        moments = list(acts.order_by("seq").values_list("recorded_at", flat=True))
        return [*answer, moments == sorted(moments) and moments[-1] >= later]

    def the_same_request(self) -> list[Any]:
        """Sent twice at once: done once, and both are told the same."""
        case, zhao, told = self.case(), self.city.actor("zhao"), []

        def send() -> Any:
            told.append(self.note(case, zhao, request_id="twice"))
            return told[-1]

        return [*self.told(send, send), told[0] == told[1]]

    def too_long_ago(self) -> list[Any]:
        """What was read longer ago than it may be is not trusted."""
        case, zhao = self.case(), self.city.actor("zhao")
        self.advance.FRESH = 0
        try:
            return self.told(lambda: None, lambda: self.note(case, zhao))
        finally:
            self.advance.FRESH = LONG

    def a_consequence(self) -> list[Any]:
        """What writes more than its rows is done in its turn."""
        case, zhao = self.case(), self.city.actor("zhao")
        entry = self.entry(step="paper", values={"reasons": "合法"})
        return self.told(lambda: None, lambda: self.acts.perform(zhao, case=case, entry=entry))


def tell() -> None:
    """Every story on a fresh database, and whether all that was left belongs together."""
    _module("django.core.management").call_command("migrate", verbosity=0, skip_checks=True)
    stories = Stories()
    print(json.dumps({name: getattr(stories, name)() for name in TOLD} | {"left": left()}))


TOLD = (
    "nothing", "another_act", "the_version_seen", "the_step_itself", "the_post", "the_function", "what_was_lent",
    "the_limit", "the_clock", "the_same_request", "too_long_ago", "a_consequence",
)  # fmt: skip


def crowd() -> None:
    """A clerk among others on the same few cases, notes and answers, some with the version seen; until told to stop."""
    acts, models = _module("fadu.city.cases.acts"), _module("fadu.city.cases.models")
    entry, refused = _module("fadu.city.cases.entry").Entry, _module("fadu.core.errors").Refused
    city = _module("tests.factories").City({}, {})
    actor = city.actor(CLERKS[int(sys.argv[2]) % len(CLERKS)])
    cases = list(models.Case.objects.order_by("pk").values_list("key", "pk"))
    for number in range(int(sys.argv[3])):
        key, pk = cases[number % len(cases)]
        seen = models.Case.objects.values_list("version", flat=True).get(pk=pk) if number % 2 else None
        step = "answer" if number % 10 == 9 else "note"
        with contextlib.suppress(refused):
            acts.perform(
                actor, request_id=secrets.token_hex(8), case=key, version=seen,
                entry=entry(step=step, values={"text": f"第{number}笔"}),
            )  # fmt: skip


def prepare() -> None:
    """Two cases for the crowd."""
    _module("django.core.management").call_command("migrate", verbosity=0, skip_checks=True)
    stories = Stories()
    for _ in range(2):
        stories.case()


def left() -> dict[str, Any]:
    """Acts, leaves and rows belong together; the acts of a case are dated in their order."""
    models, ledger = _module("fadu.city.cases.models"), _module("fadu.city.ledger.models")
    acts: dict[int, list[Any]] = {}
    for case, seq, at in models.Act.objects.order_by("case", "seq").values_list("case", "seq", "recorded_at"):
        acts.setdefault(case, []).append((seq, at))
    leaves = ledger.Leaf.objects.filter(case_ref__startswith="case/").values_list("hash", flat=True)
    return {
        "acts": sum(map(len, acts.values())),
        "numbered": all([seq for seq, _ in own] == list(range(1, len(own) + 1)) for own in acts.values()),
        "ordered": all([at for _, at in own] == sorted(at for _, at in own) for own in acts.values()),
        "leaves": sorted(bytes(one).hex() for one in leaves)
        == sorted(models.Act.objects.values_list("leaf", flat=True)),
        "rows": [one.sentence for one in _module("fadu.city.cases.checking.rebuild").check()],
        "ledger": _module("fadu.city.ledger.check").check().as_json()["counts"],
    }


if __name__ == "__main__":
    boot.setup()
    _module("django.conf").settings.FADU_LAW = Path(os.environ["ADVANCE_LAW"])
    _module("fadu.city.wiring").wire()
    does = {"tell": tell, "prepare": prepare, "crowd": crowd, "look": lambda: print(json.dumps(left()))}
    does[sys.argv[1]]()
