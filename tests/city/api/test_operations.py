"""The API does what the pages do: read with the same eyes, act through the same door, refuse with the same reasons."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from jsonschema import Draft202012Validator

from fadu.city.api import asking, shapes
from fadu.city.cases import procedures
from fadu.city.cases.models import Act, Case, File
from fadu.city.ledger.models import AccessEntry
from fadu.core.errors import Refused
from tests.city.api.conftest import Machine
from tests.factories import City, do

pytestmark = pytest.mark.django_db
REGISTER = {
    "procedure": "matter",
    "organ": "finance",
    "title": "停车收费标准",
    "values": {"content": "夜间不超过五元", "secrecy_class": "open"},
}


def test_a_matter_from_opening_to_its_end(machine: Callable[..., Machine]) -> None:
    """Opened, reviewed by another organ, decided, closed; each answer is a leaf whose receipt opens."""
    zhao, li, sun = machine("zhao"), machine("li"), machine("sun")
    opened = zhao.post("/api/cases", REGISTER)
    path = f"/api/cases/{opened['case']}"
    steps = {step["name"]: step for step in li.get(path)["steps"]}
    assert steps["review"]["possible"] and steps["review"]["mine"]
    assert steps["review"]["duty"]["due_legal"] == "2026-03-23"
    assert not steps["decide"]["mine"] and not steps["decide"]["possible"]
    [owed] = li.get("/api/my-day")["owed"]
    assert (owed["case"], owed["step"]) == (opened["case"], "review")
    done = li.post(
        f"{path}/acts", {"step": "review", "outcome": "fit", "values": {"reasons": "可以"}, "version": 1}
    )
    assert done["seq"] == 2
    sun.post(f"{path}/acts", {"step": "decide", "outcome": "agreed", "values": {"reason": "同意"}})
    zhao.post(f"{path}/acts", {"step": "close"})
    assert zhao.get(path)["ended_at"] is not None
    acts = zhao.get(f"{path}/acts")["acts"]
    assert [act["step"] for act in acts] == ["register", "review", "decide", "close"]
    assert acts[1]["values"]["reasons"] == "可以"
    receipt = zhao.get(f"/api/receipts/{done['leaf']}")
    assert "reasons" in str(receipt)
    assert "可以" not in str(machine().get(f"/api/receipts/{done['leaf']}"))


def test_readings_are_noted(machine: Callable[..., Machine], case: Case) -> None:
    before = AccessEntry.objects.count()
    machine("li").get(f"/api/cases/{case.key}/acts")
    assert AccessEntry.objects.count() == before + 1


def test_who_sees_a_case_is_decided_as_on_the_page(machine: Callable[..., Machine], case: Case) -> None:
    """An organ without part in it is told the same as about a case that does not exist."""
    assert machine("zhao").get("/api/cases", q="停车")["items"][0]["key"] == case.key
    wu = machine("wu")
    assert wu.get("/api/cases")["total"] == 0
    hidden = wu.get(f"/api/cases/{case.key}", status=403)
    assert hidden == wu.get(f"/api/cases/{'0' * 26}", status=403)
    assert hidden["error"]["refusals"][0]["code"] == "not_visible"
    machine().get("/api/cases", status=401)


def test_lists_are_paged(machine: Callable[..., Machine]) -> None:
    zhao = machine("zhao")
    keys = {zhao.post("/api/cases", REGISTER)["case"] for _ in range(3)}
    pages = [zhao.get("/api/cases", size=2, page=page) for page in (1, 2, 3)]
    assert [len(page["items"]) for page in pages] == [2, 1, 0]
    assert {row["key"] for page in pages for row in page["items"]} == keys
    assert pages[0]["total"] == 3 and pages[0]["pages"] == 2


def test_one_key_one_act(machine: Callable[..., Machine]) -> None:
    """The same request twice is one act with one answer; the same key for something else is refused."""
    zhao = machine("zhao")
    first = zhao.post("/api/cases", REGISTER, once="k-1")
    assert zhao.post("/api/cases", REGISTER, once="k-1") == first
    assert Act.objects.count() == 1
    told = zhao.post("/api/cases", REGISTER | {"title": "另一件"}, once="k-1", status=409)
    assert told["error"]["code"] == "request_reused"


def test_a_stale_version_says_what_happened(machine: Callable[..., Machine], city: City, case: Case) -> None:
    do(city, case, "review", by="li", outcome="fit", reasons="可以")
    asked = {"step": "decide", "outcome": "agreed", "values": {"reason": "同意"}, "version": 1}
    told = machine("sun").post(f"/api/cases/{case.key}/acts", asked, status=409)["error"]
    assert told["code"] == "stale" and "李四办理了“审查”" in told["sentence"]


def test_the_law_refuses_with_its_article(machine: Callable[..., Machine], case: Case) -> None:
    sun = machine("sun")
    told = sun.post(
        f"/api/cases/{case.key}/acts",
        {"step": "decide", "outcome": "agreed", "values": {"reason": "同意"}},
        status=409,
    )["error"]
    assert told["code"] == "refused" and "《" in told["refusals"][0]["basis"]
    told = sun.post(f"/api/cases/{case.key}/acts", {"step": "review", "outcome": "fit"}, status=403)["error"]
    assert told["refusals"][0]["code"] == "not_yours"
    assert Act.objects.count() == 1


def test_what_happened_elsewhere_is_written_down(machine: Callable[..., Machine], case: Case) -> None:
    li = machine("li")
    scan = li.upload("evidence", SimpleUploadedFile("意见.txt", "纸质意见".encode(), "text/plain"))
    asked = {
        "step": "review", "outcome": "fit", "values": {"reasons": "可以"}, "occurred_at": "2026-03-09T08:30:00+08:00",
        "source": "纸质文书", "performers": ["li"], "evidence": [scan["id"]],
    }  # fmt: skip
    path = f"/api/cases/{case.key}"
    li.post(f"{path}/attested", asked | {"performers": ["nobody"]}, status=409)
    li.post(f"{path}/attested", asked)
    act = li.get(f"{path}/acts")["acts"][-1]
    assert act["channel"] == "attested" and act["occurred_at"].startswith("2026-03-09T08:30")


def test_a_file_is_uploaded_and_never_claimed(machine: Callable[..., Machine], case: Case) -> None:
    """A file must have been here: its digest alone, or another person's file, is refused."""
    zhao = machine("zhao")
    kept = zhao.upload("draft", SimpleUploadedFile("草案.txt", "第一条".encode(), "text/plain"))
    assert File.objects.get(pk=kept["id"]).uploaded_by.key == "zhao"
    zhao.upload("draft", SimpleUploadedFile("a.exe", b"MZ\x00", "application/pdf"), status=409)
    zhao.upload("draft", SimpleUploadedFile("empty.txt", b"", "text/plain"), status=409)
    asked = REGISTER | {"files": {"content": [kept["id"]]}}
    assert zhao.post("/api/cases", asked, status=409)["error"]["refusals"][0]["code"] == "unknown_field"
    definition = procedures.in_force("major_decision")
    step, field = next(
        (step, name)
        for step in definition.steps.values()
        for name, entry in step.entries().items()
        if entry.type == "file"
    )
    with pytest.raises(Refused) as told:
        asking.entry_of(step, shapes.Record(values={field: {"sha256": "0" * 64}}))
    assert [refusal.code for refusal in told.value.refusals] == ["file_by_value"]


def test_every_step_of_every_procedure_has_a_schema(machine: Callable[..., Machine]) -> None:
    nobody = machine()
    for row in nobody.get("/api/procedures")["items"]:
        for step in nobody.get(f"/api/procedures/{row['name']}")["steps"]:
            Draft202012Validator.check_schema(step["record"])
    assert nobody.get("/api/procedures/none_such", status=404)["error"]["code"] == "not_found"


def test_publications_are_open(machine: Callable[..., Machine]) -> None:
    assert machine().get("/api/publications") == {"total": 0, "page": 1, "pages": 1, "items": []}


def test_the_page_lists_every_operation(client: Client, city: City) -> None:
    page = client.get("/api/").content.decode()
    document = client.get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert all(path in page for path in document["paths"])
    assert "//cdn" not in page and page.count("<tr>") == 1 + sum(map(len, document["paths"].values()))
