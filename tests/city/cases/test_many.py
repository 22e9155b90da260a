"""``act_many`` on cases: one lock, one reading, one writing for all; each act stands or falls by itself all the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from fadu.city.authority import batch, clock
from fadu.city.authority.door import act_many
from fadu.city.cases import acts
from fadu.city.cases.checking import rebuild
from fadu.city.cases.entry import Elsewhere, Entry
from fadu.city.cases.files import uploads
from fadu.city.cases.issuing import documents
from fadu.city.cases.models import Act, Case, Document, Duty, File
from fadu.city.ledger import check
from fadu.city.ledger import queries as ledger
from fadu.city.ledger.models import Leaf, Opening
from fadu.core.errors import Refusal, Refused
from tests import factories
from tests.factories import City

pytestmark = pytest.mark.django_db
BY = [{"person": "zhao", "post": "市财政局科员", "organ": "finance", "role": "clerk"}]


@pytest.fixture
def cases(city: City) -> list[Case]:
    """Five cases that wait for their answer, in the order in which a batch locks them."""
    made = [
        factories.open_case(city, "notes", by="zhao", organ="finance", step="begin", content=f"第{place}件")
        for place in range(5)
    ]
    return sorted(made, key=lambda case: case.key)


def row(
    case: Case | str, step: str = "note", *, evidence: Sequence[int] = (), **typed: Any
) -> dict[str, Any]:
    """An attested act, by default one without consequence: it may wait to be written with the others."""
    values = {"text": "原系统中的办理情况"} if step in ("note", "answer") else {}
    return {
        "case": case.key if isinstance(case, Case) else case,
        "entry": Entry(step=step, values=values | typed),
        "elsewhere": Elsewhere(clock.now(), "原业务系统", "7", BY, evidence),
    }


def paper(case: Case) -> dict[str, Any]:
    """An act that makes a document with a number: it writes at once."""
    return row(case, "paper", reasons="合法")


def attest(city: City, rows: Iterable[dict[str, Any]], by: str = "zhao") -> list[Any]:
    return act_many(acts.attest, city.actor(by), rows, order="case")


def steps(case: Case) -> list[str]:
    return list(case.acts.order_by("seq").values_list("step", flat=True))


def whole(cases: Sequence[Case]) -> None:
    """Acts and leaves belong together, rows are those of a rebuild, and the whole ledger checks."""
    acts_ = Act.objects.filter(case__in=cases)
    assert {act.leaf for act in acts_} <= {bytes(leaf.hash).hex() for leaf in Leaf.objects.all()}
    plain = Leaf.objects.filter(case_ref__in=[f"case/{case.key}" for case in cases]).count()
    assert acts_.count() == plain + Opening.objects.filter(sealed_case__isnull=False).count()
    assert not list(rebuild.check(Case.objects.all()))
    for case in cases:
        assert list(case.acts.order_by("seq").values_list("seq", flat=True)) == list(
            range(1, Case.objects.get(pk=case.pk).version + 1)
        )
    assert sum(check.check().as_json()["counts"].values()) == 0


def codes(answers: Sequence[Any]) -> list[str]:
    return [one.refusals[0].code if isinstance(one, Refused) else "done" for one in answers]


def test_each_act_has_its_leaf_its_answer_and_its_rows(city: City, cases: list[Case]) -> None:
    answers = attest(city, [row(case) | {"request_id": f"r{case.pk}"} for case in reversed(cases)])
    assert [answer["case"] for answer in answers] == [case.key for case in reversed(cases)], "in its place"
    for case, answer in zip(reversed(cases), answers, strict=True):
        case.refresh_from_db()
        act = case.acts.get(seq=answer["seq"])
        assert (act.step, act.leaf, case.version) == ("note", answer["leaf"], 2)
        assert ledger.opened(bytes.fromhex(act.leaf))["text"] == "原系统中的办理情况"
        body = json.loads(bytes(Leaf.objects.get(hash=bytes.fromhex(act.leaf)).body))
        assert body["request"] == f"r{case.pk}" and body["channel"]["kind"] == "attested"
        assert answer["leaf"] in json.dumps(answer) and answer["promise"]
    whole(cases)


def test_a_batch_is_locked_read_and_written_by_few_statements(city: City, cases: list[Case]) -> None:
    rows, zhao = [row(case) for case in cases], city.actor("zhao")
    act_many(acts.attest, zhao, rows, order="case")
    with CaptureQueriesContext(connection) as asked:
        act_many(acts.attest, zhao, rows, order="case")
    sent = [one["sql"] for one in asked.captured_queries]
    told = "\n".join(one[:90] for one in sent)
    # The transaction (here a savepoint), the clock, the organ's office, lock (two on PostgreSQL) and surroundings.
    reading = [one for one in sent if one.startswith(("SELECT", "SAVEPOINT", "RELEASE"))]
    assert len(reading) <= 7, told
    writing = [one for one in sent if one not in reading]
    if connection.vendor == "postgresql":
        assert len(writing) == 1, told
    else:
        assert [one.split(" ")[0] for one in writing] == ["5"] * 7, told


def test_duties_of_many_cases_change_at_once(city: City, cases: list[Case]) -> None:
    assert codes(attest(city, [row(case, "answer") for case in cases])) == ["done"] * 5
    owed = Duty.objects.filter(kind=Duty.Kind.OWED).values_list("case", "step")
    assert sorted(owed) == sorted((case.pk, "close") for case in cases)
    whole(cases)
    assert codes(attest(city, [row(case, "close") for case in cases])) == ["done"] * 5
    assert all(case.ended_at for case in Case.objects.filter(pk__in=[case.pk for case in cases]))
    whole(cases)


def test_one_refused_in_the_middle_keeps_none_back(city: City, cases: list[Case]) -> None:
    rows = [row(case) for case in cases]
    rows[1] = row("nowhere")
    rows[2] = row(cases[2], text="")
    rows[3] |= {"version": 7}
    before = Leaf.objects.count()
    told = codes(attest(city, rows))
    assert (told[0], told[1], told[3], told[4]) == ("done", "not_visible", "stale", "done")
    assert told[2] != "done"
    assert Leaf.objects.count() - before == 2
    assert [steps(case)[1:] for case in cases] == [["note"], [], [], [], ["note"]]
    whole(cases)


def test_refused_after_it_has_written_it_is_undone_and_the_others_stand(
    city: City, cases: list[Case]
) -> None:
    """The refusal comes when number and document are written already; what waited from others is not lost with it."""
    rows = [row(cases[0]), paper(cases[1]), paper(cases[2]), row(cases[3])]
    refuse = Refused(Refusal("late", "文书做好之后才拒绝"))
    real = documents.produce

    def produce(doing: Any, case: Case, *more: Any) -> None:
        real(doing, case, *more)
        if case.pk == cases[1].pk:
            raise refuse

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "produce", produce)
        answers = attest(city, rows)
    assert codes(answers) == ["done", "late", "done", "done"]
    assert [steps(case)[1:] for case in cases] == [["note"], [], ["paper"], ["note"], []]
    (made,) = Document.objects.all()
    assert made.case_id == cases[2].pk and made.number.endswith("1号"), (
        "the number of the refused one is free"
    )
    whole(cases)


def test_acts_with_consequences_stand_among_plain_ones(city: City, cases: list[Case]) -> None:
    rows = [row(cases[0]), paper(cases[1]), row(cases[2]), paper(cases[3]), row(cases[4])]
    assert codes(attest(city, rows)) == ["done"] * 5
    assert Document.objects.filter(case__in=(cases[1], cases[3])).count() == 2
    whole(cases)


def test_two_acts_on_one_case_see_one_another(city: City, cases: list[Case]) -> None:
    first, second = cases[0], cases[1]
    rows = [
        row(first),
        row(first, "close"),
        row(first, "answer"),
        row(first, "close"),
        row(second),
        row(second),
    ]
    rows[4] |= {"version": 1}
    rows[5] |= {"version": 1}
    answers = attest(city, rows)
    assert codes(answers) == ["done", "done", "done", "done", "done", "stale"]
    assert [answer["seq"] for answer in answers[:4]] == [2, 3, 4, 5]
    first.refresh_from_db()
    told = [one["code"] for one in first.acts.get(seq=3).data.get("findings", ())]
    assert told, "closed before the answer: written with the act"
    assert not first.acts.get(seq=5).data.get("findings"), "after the answer there is nothing to say"
    whole(cases)


def test_a_refused_act_leaves_the_next_on_its_case_what_was_before(city: City, cases: list[Case]) -> None:
    rows = [row(cases[0], text=""), row(cases[0]), row(cases[1])]
    assert codes(attest(city, rows))[1:] == ["done", "done"]
    assert steps(cases[0]) == ["begin", "note"]
    whole(cases)


def test_evidence_goes_with_its_act(city: City, cases: list[Case]) -> None:
    zhao = city.people["zhao"]
    kept = [
        uploads.keep(
            zhao, "d", "evidence", SimpleUploadedFile(f"{place}.txt", f"原件{place}".encode()), at=clock.now()
        )
        for place in range(2)
    ]
    rows = [
        row(cases[0]),
        row(cases[1], evidence=[kept[0].pk]),
        row(cases[2], evidence=[kept[1].pk], text=""),
        row(cases[3]),
    ]
    told = codes(attest(city, rows))
    assert (told[0], told[1], told[3]) == ("done", "done", "done") and told[2] != "done"
    first, second = (File.objects.get(pk=one.pk) for one in kept)
    assert (first.case_id, first.seq, first.place) == (cases[1].pk, 2, "")
    assert (second.case_id, second.place) == (None, "d"), "the refused one may be sent again"
    assert cases[1].acts.get(seq=2).data["evidence"] == [first.sha256]
    whole(cases)


def test_a_sealed_case_leaves_a_blinded_leaf(city: City, cases: list[Case]) -> None:
    hidden = factories.open_case(city, "whispers", by="zhao", organ="finance", step="begin", content="线索")
    first, second = attest(city, [row(hidden), row(cases[0])])
    assert codes([first, second]) == ["done"] * 2
    blinded = Leaf.objects.get(hash=bytes.fromhex(first["leaf"]))
    assert blinded.case_ref.startswith("sealed:") and hidden.key not in bytes(blinded.body).decode()
    own = set(Opening.objects.exclude(sealed_case=None).values_list("sealed_case", flat=True))
    assert own == {f"case/{hidden.key}"}
    whole([*cases, hidden])


def test_who_may_not_see_a_case_does_nothing_there(city: City, cases: list[Case]) -> None:
    other = factories.open_case(city, "notes", by="wu", organ="transport", step="begin", content="别家的")
    answers = attest(city, [row(cases[0]), row(other), row(cases[1])])
    assert codes(answers) == ["done", "not_visible", "done"]
    assert steps(other) == ["begin"]


def test_more_cases_than_are_locked_at_once(
    city: City, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "CHUNK", 2)
    monkeypatch.setattr(batch.Batch, "_size", 2)
    rows = [row(cases[0]), row(cases[1]), paper(cases[2]), row(cases[3]), row(cases[4]), row(cases[4])]
    assert codes(attest(city, rows)) == ["done"] * 6
    whole(cases)


def test_performed_acts_go_the_same_way(city: City, cases: list[Case]) -> None:
    rows = [{"case": case.key, "entry": Entry(step="note", values={"text": "好"})} for case in cases]
    assert codes(act_many(acts.perform, city.actor("zhao"), rows, order="case")) == ["done"] * 5
    rows = [{"case": case.key, "entry": Entry(step="close")} for case in cases[:2]]
    assert codes(act_many(acts.perform, city.actor("zhao"), rows, order="case")) == ["missing_step"] * 2
    whole(cases)


def test_what_fails_otherwise_takes_all_with_it(city: City, cases: list[Case]) -> None:
    """No refusal but a fault: nothing of the transaction stands, not even what was written before."""
    rows = [row(cases[0]), paper(cases[1]), row(cases[2]), paper(cases[3])]
    before = Leaf.objects.count()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "produce", _broken(documents.produce, cases[3]))
        with pytest.raises(OSError, match="disk"), transaction.atomic():
            attest(city, rows)
    assert Leaf.objects.count() == before
    assert [steps(case) for case in cases] == [["begin"]] * 5
    assert codes(attest(city, rows)) == ["done"] * 4
    whole(cases)


def _broken(real: Any, case: Case) -> Any:
    def produce(doing: Any, at: Case, *more: Any) -> None:
        real(doing, at, *more)
        if at.pk == case.pk:
            raise OSError("disk full")

    return produce
