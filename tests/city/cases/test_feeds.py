"""The calendar by its secret address, the reminders page, lists exported and filters kept."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.test import Client
from openpyxl import load_workbook

from fadu.city.authority import clock
from fadu.city.cases import queries
from fadu.city.cases.models import Case, Feed, Reminder, SavedFilter
from fadu.city.cases.screens import exports, saved
from fadu.city.cases.telling import icalendar, outbox, subscribing
from fadu.city.ledger.models import AccessEntry
from fadu.core.errors import Refused
from fadu.core.log import record
from tests import factories
from tests.factories import City, do

pytestmark = pytest.mark.django_db


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def as_person(city: City, key: str, client: Client) -> Client:
    """A browser in which this person is logged in (the demonstration's switch stands for the second factor)."""
    answer = client.post("/demo/persona/", {"username": key})
    assert answer.status_code == 302
    return client


def test_the_calendar_holds_due_dates_and_nothing_personal(city: City, case: Case, client: Client) -> None:
    token = subscribing.new_token()
    subscribing.subscribe(city.actor("li"), token=token)
    assert Feed.objects.get().digest != token
    answer = client.get(f"/calendar/{token}.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    lines = unfolded(answer.content.decode())
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2] == "END:VCALENDAR"
    assert "DTSTART;VALUE=DATE:20260323" in lines and "DTEND;VALUE=DATE:20260324" in lines
    assert "SUMMARY:测试事项：审查到期" in lines
    assert case.title not in answer.content.decode() and "李四" not in answer.content.decode()


def test_a_new_address_ends_the_old_one_and_an_inactive_account_has_none(city: City, client: Client) -> None:
    first, second = subscribing.new_token(), subscribing.new_token()
    subscribing.subscribe(city.actor("li"), token=first)
    subscribing.subscribe(city.actor("li"), token=second)
    assert client.get(f"/calendar/{first}.ics").status_code == 404
    assert client.get(f"/calendar/{second}.ics").status_code == 200
    city.people["li"].users.update(active=False)
    assert client.get(f"/calendar/{second}.ics").status_code == 404


def test_lines_are_folded_between_characters_and_text_is_escaped() -> None:
    long = "期限；" + "很长的标题," * 20 + "\n第二行\\"
    text = icalendar.written(
        [icalendar.Event("u@x", clock.wall().date(), long)], name="法度", at=clock.wall()
    )
    physical = text.encode().split(b"\r\n")
    assert all(len(line) <= 75 for line in physical)
    assert all(line.decode() for line in physical[:-1]), "no character is cut"
    summary = next(line for line in unfolded(text) if line.startswith("SUMMARY:"))
    assert summary == "SUMMARY:" + long.replace("\\", "\\\\").replace(",", "\\,").replace("\n", "\\n")


def test_reminders_are_listed_and_marked_as_seen(city: City, case: Case, client: Client) -> None:
    do(city, case, "hand_over", by="li", targets=["review"], person="zhou")
    outbox.run_once(clock.now())
    zhou = as_person(city, "zhou", client)
    page = zhou.get("/my/reminders/").content.decode()
    assert "转给您办理：“测试事项”的“审查”" in page and case.title in page
    assert zhou.post("/my/reminders/seen/").status_code == 302
    assert Reminder.objects.get().seen_at is not None
    assert zhou.post("/my/calendar/").status_code == 302
    address = re.search(r"/calendar/([\w-]+)\.ics", zhou.get("/my/reminders/").content.decode())
    assert address and Client().get(address[0]).status_code == 200


def test_the_list_is_exported_as_shown_and_the_export_is_noted(
    city: City, case: Case, client: Client
) -> None:
    factories.open_case(
        city, "matter", by="wu", organ="transport", step="register", content="甲", title="他人的事项"
    )
    evil = '=HYPERLINK("http://x","y")'
    factories.open_case(city, "matter", by="zhao", organ="finance", step="register", content="甲", title=evil)
    zhao = as_person(city, "zhao", client)
    answer = zhao.post("/cases/export/csv/", {"order": "title"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == list(exports.HEADS)
    assert {row[1] for row in rows[1:]} == {case.title, f"'{evil}"}, "only what he may see, no formula"
    sheet = load_workbook(io.BytesIO(zhao.post("/cases/export/xlsx/").content)).active
    cells = {cell.value: cell.data_type for cell in sheet["B"]}
    assert cells[evil] == "s", "text in a spreadsheet, whatever it begins with"
    assert sheet["F2"].value.date() == clock.now().date()
    noted = [record.read(bytes(row.body)) for row in AccessEntry.objects.order_by("pk")]
    assert [one["subject"] for one in noted if one["kind"] == "export"] == ["cases.csv 2", "cases.xlsx 2"]
    assert zhao.post("/cases/export/pdf/").status_code in (403, 404, 409)
    assert Client().post("/cases/export/csv/").status_code == 302, "not without logging in"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", " =1"])
def test_dangerous_cells_are_made_harmless(text: str) -> None:
    assert exports.harmless(text) == f"'{text}"


def test_too_many_rows_are_refused(city: City, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MAX_ROWS", 0)
    with pytest.raises(Refused) as caught:
        actor = city.actor("zhao")
        exports.export(actor, queries.visible_to(actor), "csv", at=clock.now())
    assert caught.value.refusals[0].code == "too_many"


def test_filters_are_kept_by_name_replaced_and_limited(city: City, case: Case, client: Client) -> None:
    zhao = as_person(city, "zhao", client)
    answer = zhao.post("/cases/filters/keep/", {"name": "我的", "q": "停车", "evil": "x", "state": "open"})
    assert answer["Location"] == "/cases/?q=%E5%81%9C%E8%BD%A6&state=open"
    zhao.post("/cases/filters/keep/", {"name": "我的", "state": "ended"})
    row = SavedFilter.objects.get()
    assert row.query == "state=ended"
    as_person(city, "qian", Client()).post(f"/cases/filters/{row.pk}/drop/")
    assert SavedFilter.objects.exists(), "another's is left alone"
    person = city.people["zhao"]
    for asked, code in (({"q": "a"}, "bad_name"), ({}, "empty"), ({"q": "字" * 200}, "too_long")):
        with pytest.raises(Refused) as caught:
            saved.keep(person, "" if code == "bad_name" else "名", asked)
        assert caught.value.refusals[0].code == code
    zhao.post(f"/cases/filters/{row.pk}/drop/")
    assert not SavedFilter.objects.exists()
