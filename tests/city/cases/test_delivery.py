"""送达: what service asks beyond the form, what it sets going, and who may then read the document."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fadu.city.authority import clock
from fadu.city.cases import acts
from fadu.city.cases.entry import Elsewhere, Entry
from fadu.city.cases.files import uploads
from fadu.city.cases.issuing import delivery, documents
from fadu.city.cases.models import Case, Delivery, Reminder
from fadu.city.cases.telling import outbox
from fadu.core.errors import Refused
from tests import factories
from tests.factories import City, do

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(city: City) -> Case:
    """A matter that a citizen has opened and the legality office has reviewed: there is a document to serve."""
    found = factories.open_case(city, "matter", by="chen", organ="finance", step="register", content="申请")
    do(city, found, "review", by="li", outcome="fit", reasons="可以")
    return found


def serve(
    city: City, case: Case, *, party: str = "陈十", manner: str = "electronic", **values: object
) -> dict:
    given = {"party": party, "manner": manner, "served_on": str(clock.now().date()), **values}
    return do(city, case, "serve", by="zhao", targets=["review"], **given)


def proof(city: City, case: Case) -> dict[str, list[int]]:
    upload = SimpleUploadedFile("回证.pdf", b"%PDF-1.7 signed")
    kept = uploads.keep(city.people["zhao"], f"case/{case.key}/serve", "proof", upload, at=clock.now())
    return {"proof": [kept.pk]}


def codes(city: City, case: Case, **given: object) -> set[str]:
    with pytest.raises(Refused) as caught:
        serve(city, case, **given)
    assert Delivery.objects.count() == 0
    return {one.code for one in caught.value.refusals}


def test_served_the_party_is_told_and_may_fetch_the_document(city: City, case: Case) -> None:
    party = city.actor("chen")
    row = case.documents.get()
    assert delivery.readable(party, case) == []
    with pytest.raises(Refused):
        delivery.fetch(party, case, row.pk, kind="pdf", at=clock.now())
    serve(city, case, consent=True)
    (made,) = delivery.served_to(city.people["chen"])
    assert (made.document, made.recipient, made.method) == (row, "陈十", "electronic")
    assert made.served_on == date(2026, 3, 9)
    assert case.marking["served"]["review"] == {"陈十": "2026-03-09"}
    outbox.run_once(clock.now())
    assert Reminder.objects.get(person=city.people["chen"]).why == "served"
    assert [paper.document for paper in delivery.readable(party, case)] == [row]
    assert delivery.fetch(party, case, row.pk, kind="docx", at=clock.now()).data == documents.as_docx(row)


def test_others_may_not_fetch_it(city: City, case: Case) -> None:
    serve(city, case, consent=True)
    assert delivery.readable(None, case) == []
    assert delivery.readable(city.actor("wu"), case) == [], "an organ that has nothing to do with it"
    assert len(delivery.readable(city.actor("zhao"), case)) == 1
    assert len(delivery.readable(city.actor("wang"), case)) == 1, "supervision"


def test_what_service_asks_beyond_the_form(city: City, case: Case) -> None:
    assert codes(city, case) == {"no_consent"}
    assert codes(city, case, manner="post") == {"no_proof"}
    assert codes(city, case, manner="direct", party="路人甲") == {"no_proof", "unknown_party"}
    assert codes(city, case, manner="notice") == {"no_proof", "no_notice"}
    today = clock.now().date()
    assert "notice_running" in codes(city, case, manner="notice", noticed_on=str(today - timedelta(days=29)))
    tomorrow = str(today + timedelta(days=1))
    assert codes(city, case, consent=True, served_on=tomorrow) == {"in_future"}


def test_notice_takes_effect_after_thirty_days(city: City, case: Case) -> None:
    today = clock.now().date()
    clock.move_forward(clock.now() + timedelta(days=30))
    serve(city, case, manner="notice", noticed_on=str(today), files=proof(city, case))
    made = Delivery.objects.get()
    assert (made.noticed_on, made.served_on) == (today, today + timedelta(days=30))
    assert made.proof is not None and made.proof.name == "回证.pdf"


def test_an_organ_is_served_by_name_or_code(city: City, case: Case) -> None:
    serve(city, case, party="transport", consent=True)
    serve(city, case, party="云州市司法局", consent=True)
    assert {row.recipient for row in Delivery.objects.all()} == {"云州市交通运输局", "云州市司法局"}
    assert not Delivery.objects.filter(person__isnull=False).exists()


def test_what_was_served_elsewhere_is_written_down_as_it_was(city: City, case: Case) -> None:
    values = {"party": "陈十", "manner": "post", "served_on": str(clock.now().date())}
    entry = Entry("serve", values=values, targets=["review"])
    elsewhere = Elsewhere(clock.now(), "邮政专递", "EMS-1", [{"person": "zhao"}])
    acts.attest(city.actor("zhao"), case=case.key, entry=entry, elsewhere=elsewhere)
    assert Delivery.objects.get().person == city.people["chen"]
