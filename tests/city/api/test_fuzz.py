"""Requests made out of the OpenAPI document by schemathesis, at the WSGI application, for an official and for nobody.

Whatever comes: never 5xx, every answer as the document says. And the audit oracle: an accepted act is exactly one new act
and one new leaf of its case (a numbered document has one in its register besides); a refused or broken write changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from fadu.city.authority.models import Outbox, Request
from fadu.city.cases.models import (
    Act,
    Assignment,
    Document,
    Draft,
    Duty,
    File,
    NumberSeries,
    Party,
    Publication,
)
from fadu.city.cases.models import Case as CaseRow
from fadu.city.ledger.models import CaseHead, Leaf, Opening
from tests.city.api.conftest import Machine
from tests.city.api.test_tokens import issue

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EXAMPLES = 100
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
# What a body holds where it is to get past the first checks; the rest of it stays as it was drawn.
_STEPS = ("register", "review", "decide", "meet", "close", "urge", "send_back", "none_such")
_RIGHT: dict[str, st.SearchStrategy[Any]] = {
    "procedure": st.sampled_from(["matter", "major_decision"]),
    "organ": st.sampled_from(["finance", "legal", "none"]),
    "title": st.sampled_from(["停车收费", "", "长" * 201]),
    "step": st.sampled_from(_STEPS),
    "outcome": st.sampled_from(["", "fit", "unfit", "passed", "agreed"]),
    "version": st.sampled_from([None, 0, 1, 2]),
    "performers": st.sampled_from([["li"], ["li", "zhou"], ["nobody"]]),
    "source": st.just("纸质"),
    "occurred_at": st.sampled_from(
        ["2026-03-09T08:30:00+08:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"]
    ),
}
_FREE = {
    "values": st.dictionaries(
        st.sampled_from(["content", "secrecy_class", "reasons", "views", "meeting", "reason", "corrected"]),
        st.sampled_from(
            [
                "可以",
                "open",
                "state_secret",
                5,
                [],
                {},
                [{}],
                [{"view": []}],
                [{"view": "agree"}],
                None,
                1e300,
            ]
        ),
    ),
    "facts": st.just({}),
    "reasons": st.just({}),
    "files": st.sampled_from([{}, {"content": [1]}, {"evidence": [1]}]),
    "targets": st.sampled_from([[], ["review"], ["none_such"], ["", "x"]]),
    "evidence": st.sampled_from([[], [2**63 - 1]]),
}
_FULL = {
    "procedure": "matter", "organ": "finance", "title": "停车收费", "step": "review", "outcome": "fit",
    "values": {"reasons": "可以"}, "version": None, "facts": {}, "reasons": {}, "files": {}, "targets": [],
    "evidence": [], "source": "纸质", "occurred_at": "2026-03-09T08:30:00+08:00", "performers": ["li"],
}  # fmt: skip
_OPENING = {"content": "夜间", "secrecy_class": "open"}


def snapshot() -> dict[str, Any]:
    """All that an act may change; what was read or refused is noted elsewhere and is none of it."""
    tables = (
        Act,
        Assignment,
        Document,
        Draft,
        Duty,
        File,
        NumberSeries,
        Party,
        Publication,
        Outbox,
        Request,
        Opening,
    )
    counted = {model.__name__: model.objects.count() for model in tables}
    counted["Leaf"] = Leaf.objects.filter(case_ref__startswith="case/").count()
    counted["RegisterLeaf"] = Leaf.objects.exclude(case_ref__startswith="case/").count()
    cases = list(
        CaseRow.objects.order_by("pk").values_list("key", "version", "marking", "title", "changed_at")
    )
    return counted | {"cases": cases, "heads": sorted(CaseHead.objects.values_list("case_ref", "seq"))}


def steered(data: st.DataObject, drawn: Any, key: str, leaf: str) -> None:
    """Half of the requests are led to something that exists, so that they get past the first checks."""
    if not data.draw(st.booleans()):
        return
    places = {"key": key, "name": "matter", "leaf": leaf}
    for name in drawn.path_parameters or {}:
        drawn.path_parameters[name] = places[name]
    if not isinstance(drawn.body, dict) or drawn.operation.path == "/api/files":
        return
    wanted = set(_FULL) & (
        set(drawn.operation.body[0].definition["schema"].get("properties", _FULL)) or set(_FULL)
    )
    body = {name: _FULL[name] for name in wanted}
    if drawn.operation.path == "/api/cases":
        body |= {"outcome": "", "values": _OPENING}
    for name in data.draw(st.lists(st.sampled_from(sorted(body)), unique=True, max_size=3)):
        body[name] = data.draw({**_RIGHT, **_FREE}[name])
    drawn.body = body


def audit(drawn: Any, answer: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
    """The oracle."""
    written = drawn.method == "POST" and answer.status_code == 201
    if not written:
        assert after == before, f"{drawn.operation.label}: {answer.status_code} changed something"
        return
    if drawn.operation.path == "/api/files":
        assert after == before | {"File": before["File"] + 1}
        return
    fresh = after["Request"] == before["Request"] or after["Act"] != before["Act"]
    grown = {name: after[name] - before[name] for name in ("Act", "Leaf", "RegisterLeaf", "Document")}
    assert grown["Act"] == grown["Leaf"] and grown["Document"] == grown["RegisterLeaf"]
    assert after["Act"] - before["Act"] == (1 if fresh and after != before else 0)
    told = answer.json()
    act = Act.objects.get(case__key=told["case"], seq=told["seq"])
    kept = Leaf.objects.get(case_ref=f"case/{told['case']}", seq=told["seq"])
    assert act.leaf == told["leaf"] == bytes(kept.hash).hex()


@contextmanager
def one_connection() -> Iterator[None]:
    """The app is called without a server inside the test's transaction, which the end of a request must not close; Django's
    own test client does the same, and connects the signals again after each of its requests."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def run(machine: Machine, key: str, leaf: str, bearer: str = "") -> dict[int, int]:
    """One run, by a session or by a token; how often each status was answered."""
    with one_connection():
        schema = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
    # Who asks is this run's business: a token made up for each request would be refused before anything is read.
    schema.config.generation.update(with_security_parameters=False)
    operations = [found.ok() for found in schema.get_all_operations()]
    session = {name: morsel.value for name, morsel in machine.client.cookies.items()}
    headers = {"X-CSRFToken": machine.token} if machine.token else {}
    if bearer:
        headers = {"Authorization": f"Bearer {bearer}"}
    statuses: dict[int, int] = {}

    @FUZZ
    @given(data=st.data())
    def once(data: st.DataObject) -> None:
        operation = data.draw(st.sampled_from(operations), label="operation")
        drawn = data.draw(operation.as_strategy(), label="request")
        steered(data, drawn, key, leaf)
        before = snapshot()
        answer = drawn.call(cookies=session, headers=headers)
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        drawn.validate_response(answer, checks=CHECKS)
        audit(drawn, answer, before, snapshot())

    with one_connection():
        once()
    return statuses


def test_an_official(machine: Callable[..., Machine], case: CaseRow) -> None:
    """赵一 opens matters, 李四 reviews one; whatever else was asked was refused and left nothing."""
    leaf = case.acts.get().leaf
    for person in ("zhao", "li"):
        statuses = run(machine(person), case.key, leaf)
        assert statuses.get(201, 0) > 0 and statuses.get(422, 0) + statuses.get(409, 0) > 0, statuses
    assert Act.objects.count() == Leaf.objects.filter(case_ref__startswith="case/").count()


def test_nobody(machine: Callable[..., Machine], case: CaseRow) -> None:
    """Without a session only what is open answers; nothing changes."""
    before = snapshot()
    statuses = run(machine(), case.key, case.acts.get().leaf)
    assert statuses.get(401, 0) > 0 and statuses.get(200, 0) > 0 and 201 not in statuses
    assert snapshot() == before


def test_a_program(machine: Callable[..., Machine], case: CaseRow) -> None:
    """With 赵一's token: what he opens by it is his act, and nothing that needs his presence is done."""
    statuses = run(machine(), case.key, case.acts.get().leaf, bearer=issue("zhao"))
    assert statuses.get(201, 0) > 0 and 401 not in statuses, statuses
    assert set(Act.objects.values_list("person__key", flat=True)) == {"zhao"}
