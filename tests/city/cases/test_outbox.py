"""The worker: messages arrive at least once and stand once, failures wait longer each time, time does what the law says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from fadu.city.authority import clock
from fadu.city.authority.models import Outbox
from fadu.city.cases import procedures, queries
from fadu.city.cases.checking import rebuild
from fadu.city.cases.deadlines import due
from fadu.city.cases.models import Case, Duty, Reminder
from fadu.city.cases.telling import outbox, sms
from fadu.city.ledger.models import Leaf
from fadu.core.errors import Refused
from fadu.core.procedure import engine
from fadu.core.procedure.marking import Marking
from tests.city.cases.conftest import BEIJING
from tests.factories import City, do

pytestmark = pytest.mark.django_db


def later(**by: int) -> datetime:
    return clock.move_forward(clock.now() + timedelta(**by))


def sent(kind: str) -> list[dict[str, Any]]:
    return [row.payload for row in Outbox.objects.filter(kind=kind).order_by("pk")]


def test_work_handed_over_is_told_on_page_and_by_mail_without_personal_data(city: City, case: Case) -> None:
    do(city, case, "hand_over", by="li", targets=["review"], person="zhou")
    done = outbox.run_once(clock.now())
    assert (done.delivered, done.postponed) == (2, [])
    reminder = Reminder.objects.get()
    assert (reminder.person.key, reminder.case, reminder.why) == ("zhou", case, "handed")
    (message,) = mail.outbox
    assert message.to == ["zhou@example.invalid"]
    for said in (reminder.text, message.subject, message.body):
        assert case.title not in said
        assert not any(name in said for name in ("周五", "李四", "停车", "zhou"))
    row = Outbox.objects.get(kind="reminder.email")
    assert message.extra_headers["Message-ID"].startswith(f"<{row.key}@")
    assert row.done is not None


def test_each_delivery_leaves_a_leaf_in_the_day_of_the_outbox(city: City, case: Case) -> None:
    do(city, case, "urge", by="wang", targets=["review"])
    done = outbox.run_once(clock.now())
    assert done.delivered == 6, "two reviewers, three channels"
    assert Leaf.objects.filter(case_ref="register/outbox/2026-03-09").count() == 6
    outbox.run_once(clock.now())
    assert Leaf.objects.filter(case_ref="register/outbox/2026-03-09").count() == 6, (
        "nothing is delivered again"
    )


def test_delivered_twice_it_stands_once(city: City, case: Case, tmp_path: Path) -> None:
    do(city, case, "urge", by="wang", targets=["review"])
    outbox.run_once(clock.now())
    Outbox.objects.update(done=None)  # the worker died before it could write that it was done
    outbox.run_once(later(minutes=10))
    assert Reminder.objects.count() == 2
    assert len(list((tmp_path / "sms").iterdir())) == 2


def test_a_failing_channel_waits_longer_each_time_and_keeps_no_other_back(
    city: City, case: Case, settings: Any
) -> None:
    settings.FADU_SMS_URL = "http://127.0.0.1:9/"  # nothing listens there
    do(city, case, "urge", by="wang", targets=["review"])
    done = outbox.run_once(clock.now())
    assert (done.delivered, len(done.postponed)) == (4, 2)
    row = Outbox.objects.filter(kind="reminder.sms").first()
    assert row is not None and row.tries == 1 and "URLError" in row.error
    pauses = []
    for _ in range(4):
        before = Outbox.objects.get(pk=row.pk).due
        clock.move_forward(before)
        outbox.run_once(clock.now())
        pauses.append(round((Outbox.objects.get(pk=row.pk).due - clock.now()).total_seconds() / 60))
    assert pauses == [2, 4, 8, 16]


def test_a_claimed_row_is_not_taken_by_a_second_worker(city: City, case: Case) -> None:
    do(city, case, "hand_over", by="li", targets=["review"], person="zhou")
    at = clock.now()
    first, second = outbox._claim(at), outbox._claim(at)
    assert first is not None and second is not None and first.pk != second.pk
    assert outbox._claim(at) is None
    assert outbox._claim(at + outbox.LEASE) is not None, "after the lease it is taken again"


def test_nobody_to_write_to_is_an_answer_not_a_failure(city: City, case: Case) -> None:
    city.people["zhou"].users.update(email="", mobile="")
    do(city, case, "hand_over", by="li", targets=["review"], person="zhou")
    assert outbox.run_once(clock.now()).postponed == []
    assert mail.outbox == []


class _Sink(BaseHTTPRequestHandler):
    taken: list[tuple[dict[str, str], dict[str, str]]] = []
    answer = 200

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.taken.append((dict(self.headers), body))
        self.send_response(self.answer)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def sink() -> Iterator[str]:
    _Sink.taken, _Sink.answer = [], 200
    server = HTTPServer(("127.0.0.1", 0), _Sink)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/send"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_http_gateway_hands_over_text_and_key(sink: str) -> None:
    sms.HttpGateway(sink, "secret").send(to="13800000000", text="【法度】今日到期", key="k1")
    ((headers, body),) = _Sink.taken
    assert body == {"to": "13800000000", "text": "【法度】今日到期"}
    assert (headers["Idempotency-Key"], headers["Authorization"]) == ("k1", "Bearer secret")
    _Sink.answer = 503
    with pytest.raises(OSError, match="503"):
        sms.HttpGateway(sink).send(to="1", text="x", key="k2")


def test_without_gateway_a_real_system_sends_no_text_messages(city: City, case: Case, settings: Any) -> None:
    do(city, case, "urge", by="wang", targets=["review"])
    at = clock.now()
    settings.FADU_DEMO = False
    assert outbox.run_once(at).delivered == 6
    assert not (settings.FADU_VAR / "sms").exists()


def test_due_reminders_three_working_days_before_on_the_day_and_when_late_each_once(
    city: City, case: Case
) -> None:
    duty = Duty.objects.get(case=case, step="review")
    assert duty.due_legal.isoformat() == "2026-03-23"
    told: dict[str, set[str]] = {}
    for _ in range(20):
        at = clock.now()
        due.tick(at)
        due.tick(at)
        told[f"{at:%m-%d}"] = {row["why"] for row in sent("reminder.page")}
        later(days=1)
    first = {why: min(day for day, whys in told.items() if why in whys) for why in ("soon", "today", "late")}
    assert first == {"soon": "03-18", "today": "03-23", "late": "03-24"}
    assert len(sent("reminder.page")) == 2 * 3, "two reviewers, three occasions"


def test_a_day_without_worker_is_made_up(city: City, case: Case) -> None:
    later(days=30)
    due.tick(clock.now())
    assert {row["why"] for row in sent("reminder.page")} == {"late"}


def test_silence_takes_effect_dated_to_the_expiry(city: City, case: Case) -> None:
    do(city, case, "review", by="li", outcome="fit", reasons="可以")
    assert case.due is not None and case.due.isoformat() == "2026-03-16"
    outbox.run_once(later(days=7))  # the last day, in the morning
    case.refresh_from_db()
    assert "deemed" not in case.marking["done"]
    clock.move_forward(datetime(2026, 3, 20, 10, 0, tzinfo=BEIJING))  # the worker comes days later
    outbox.run_once(clock.now())
    case.refresh_from_db()
    act = case.acts.get(step="deemed")
    assert act.occurred_at == datetime(2026, 3, 16, 23, 59, 59, tzinfo=BEIJING)
    assert act.recorded_at == clock.now() or act.recorded_at.date().isoformat() == "2026-03-20"
    assert act.person.key == "clock"
    assert "decide" not in case.marking["owed"] and "close" in case.marking["owed"]
    assert outbox.run_once(later(days=1)).postponed == []
    assert case.acts.filter(step="deemed").count() == 1


def test_decided_in_time_the_clock_does_nothing(city: City, case: Case) -> None:
    do(city, case, "review", by="li", outcome="fit", reasons="可以")
    do(city, case, "decide", by="sun", outcome="agreed")
    outbox.run_once(later(days=30))
    assert not case.acts.filter(step="deemed").exists()
    assert Outbox.objects.get(kind="clock").done is not None


def test_late_acts_before_the_worker_came_do_not_hide_the_expiry(city: City, case: Case) -> None:
    """What is asked after the expiry and before the worker meets the case as the silence has left it."""
    do(city, case, "review", by="li", outcome="fit", reasons="可以")
    later(days=10)
    with pytest.raises(Refused, match="“决定”现在没有应当办理的人"):
        do(city, case, "urge", by="wang", targets=["decide"])
    assert not case.acts.filter(step="deemed").exists(), "what is refused leaves nothing behind"
    outbox.run_once(clock.now())
    case.refresh_from_db()
    assert case.acts.get(step="deemed").occurred_at.date().isoformat() == "2026-03-16"
    marking = Marking.from_data(case.marking)
    assert engine.steps(procedures.of(case), marking, at=clock.now(), calendar=procedures.calendar())
    assert queries.worklist(city.actor("zhao"), Duty.Kind.OWED)[0].step == "close"


def test_whoever_acts_before_the_worker_finds_the_silence_on_its_day(city: City, case: Case) -> None:
    """Nobody slips in between the day and the worker: the clock's act goes first, under the same lock."""
    do(city, case, "review", by="li", outcome="fit", reasons="可以")
    later(days=10)
    version = case.version
    do(city, case, "close", by="zhao")  # owed only by the silence; no worker has come
    deemed, closed = case.acts.filter(seq__gt=version).order_by("seq")
    assert (deemed.step, closed.step) == ("deemed", "close")
    assert deemed.occurred_at == datetime(2026, 3, 16, 23, 59, 59, tzinfo=BEIJING)
    assert deemed.person.key == "clock" and closed.person.key == "zhao"
    assert case.ended_at is not None
    outbox.run_once(clock.now())
    assert case.acts.filter(step="deemed").count() == 1
    assert not list(rebuild.check(Case.objects.filter(pk=case.pk)))
