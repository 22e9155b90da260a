"""A batch that comes twice is done once: each row is recognised by its request id, as one act alone is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from fadu.city.authority import answered
from fadu.city.authority.door import act_many
from fadu.city.authority.models import Request
from fadu.city.cases import acts
from fadu.city.cases.entry import Entry
from fadu.city.cases.models import Case
from fadu.core.errors import Refused
from tests.city.cases.test_many import attest, cases, codes, paper, row, steps, whole
from tests.factories import City

__all__ = ["cases"]
pytestmark = pytest.mark.django_db


def asked(cases: Iterable[Case]) -> list[dict[str, Any]]:
    return [row(case) | {"request_id": f"r{case.pk}"} for case in cases]


def test_a_repeated_batch_is_answered_and_not_done_again(city: City, cases: list[Case]) -> None:
    rows = asked(cases)
    first = attest(city, rows)
    assert attest(city, rows) == first
    assert [steps(case) for case in cases] == [["begin", "note"]] * 5
    assert Request.objects.count() == 5
    whole(cases)


def test_only_what_is_new_in_a_batch_is_done(city: City, cases: list[Case]) -> None:
    rows = asked(cases)
    early = attest(city, rows[1:3])
    late = attest(city, [*rows, row(cases[4])])
    assert late[1:3] == early and codes(late) == ["done"] * 6
    assert [len(steps(case)) for case in cases] == [2, 2, 2, 2, 3]
    whole(cases)


def test_an_act_that_writes_by_itself_is_recognised_too(city: City, cases: list[Case]) -> None:
    rows = [paper(cases[0]) | {"request_id": "p"}, row(cases[1]) | {"request_id": "n"}]
    first = attest(city, rows)
    assert attest(city, rows) == first and codes(first) == ["done"] * 2
    whole(cases)


def test_one_number_for_two_requests(city: City, cases: list[Case]) -> None:
    same = row(cases[0]) | {"request_id": "r"}
    first, again, other = attest(city, [same, same, row(cases[1]) | {"request_id": "r"}])
    assert first == again and codes([other]) == ["request_reused"]
    assert codes(attest(city, [row(cases[0], text="别的") | {"request_id": "r"}])) == ["request_reused"]
    assert codes(attest(city, [row(cases[1]) | {"request_id": "r"}], by="qian")) != ["request_reused"]


def test_a_refused_row_may_be_asked_again(city: City, cases: list[Case]) -> None:
    wrong = row(cases[0], text="") | {"request_id": "r"}
    assert codes(attest(city, [wrong])) == ["required"]
    assert not Request.objects.exists()
    assert codes(attest(city, [row(cases[0]) | {"request_id": "r"}])) == ["done"]


@pytest.mark.parametrize("step", ["note", "close"])
def test_two_batches_at_once(
    city: City, cases: list[Case], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The second looked before the first was there: its acts would be double, or are refused for what the first did."""
    attest(city, [row(case, "answer") for case in cases])
    values = {"text": "好"} if step == "note" else {}
    rows = [
        {"case": case.key, "entry": Entry(step=step, values=values), "request_id": f"r{case.pk}"}
        for case in cases
    ]
    first = act_many(acts.perform, city.actor("zhao"), rows, order="case")
    assert not any(isinstance(one, Refused) for one in first)
    real, looks = answered.Answered.look_up, []

    def late(self: answered.Answered, keys: Iterable[str]) -> None:
        looks.append(True)
        real(self, keys if len(looks) > 1 else ())

    monkeypatch.setattr(answered.Answered, "look_up", late)
    assert act_many(acts.perform, city.actor("zhao"), rows, order="case") == first
    assert len(looks) > 1
    whole(cases)
    assert [len(steps(case)) for case in cases] == [3] * 5


def test_alone_and_in_a_batch_are_one_request(city: City, cases: list[Case]) -> None:
    asked_ = {"case": cases[0].key, "entry": Entry(step="note", values={"text": "好"}), "request_id": "r"}
    alone = acts.perform(city.actor("zhao"), **asked_)
    assert act_many(acts.perform, city.actor("zhao"), [asked_], order="case") == [alone]
    assert steps(cases[0]) == ["begin", "note"]
