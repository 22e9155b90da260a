"""分级授权 and 定期轮岗: refused at the door, with the reason and who may decide."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from fadu.city.authority import acts, clock, queries
from fadu.city.authority.models import Appointment, Limit, Post
from fadu.city.cases import acts as cases
from fadu.city.cases.checking import rebuild
from fadu.city.cases.entry import Elsewhere, Entry
from fadu.city.cases.models import Case
from fadu.city.supervision import queries as supervision
from fadu.core.errors import Refused
from tests import factories
from tests.factories import City, do

pytestmark = pytest.mark.django_db


def limit(
    city: City,
    organ: str,
    title: str,
    amount: str | None,
    *,
    start: date = date(2026, 3, 9),
    procedure: str = "",
) -> None:
    post = Post.objects.get(organ__code=organ, title=title)
    acts.set_limit(
        city.actor("he"),
        post=post.pk,
        amount=None if amount is None else Decimal(amount),
        basis="云府发〔2026〕1号",
        start=start,
        procedure=procedure,
    )


def refused(city: City, case: Case, by: str, amount: str) -> tuple[str, str, str]:
    with pytest.raises(Refused) as caught:
        do(city, case, "grant", by=by, amount=amount)
    (one,) = caught.value.refusals
    return one.code, one.sentence, one.cure


def test_a_post_decides_up_to_its_limit_and_no_further(city: City, case: Case) -> None:
    limit(city, "finance", "局长", "500000")
    limit(city, "gov", "市长", None)
    code, sentence, cure = refused(city, case, "sun", "500000.01")
    assert code == "beyond_limit"
    assert "金额 500,000.01 元超过市财政局局长的权限：限额为 500,000 元（云府发〔2026〕1号）" in sentence
    assert cure == "可以决定的岗位：市政府市长（郑七）"
    do(city, case, "grant", by="sun", amount="500000")
    assert case.version == 2


def test_a_post_without_a_limit_decides_no_amount(city: City, case: Case) -> None:
    code, sentence, cure = refused(city, case, "sun", "1")
    assert code == "beyond_limit" and "没有核定审批限额" in sentence
    assert cure == "现无岗位的限额达到这一金额，须先由有权机关授权"


def test_without_limit_must_be_said_by_a_document(city: City, case: Case) -> None:
    limit(city, "gov", "市长", None)
    do(city, case, "grant", by="zheng", amount="99999999999")
    assert case.version == 2


def test_a_limit_counts_from_its_day_and_ends_the_one_before(city: City, case: Case) -> None:
    limit(city, "finance", "局长", "1000")
    limit(city, "finance", "局长", "2000", start=date(2026, 3, 16))
    assert refused(city, case, "sun", "1500")[0] == "beyond_limit"
    clock.move_forward(clock.now() + timedelta(days=7))
    do(city, case, "grant", by="sun", amount="1500")
    assert [row.end for row in Limit.objects.order_by("start")] == [date(2026, 3, 16), None]


def test_the_limit_for_the_procedure_goes_before_the_general_one(city: City, case: Case) -> None:
    limit(city, "finance", "局长", "1000000")
    limit(city, "finance", "局长", "100", procedure="spending")
    assert refused(city, case, "sun", "101")[0] == "beyond_limit"


def test_a_delegate_has_the_limit_of_the_post_that_was_lent(city: City, case: Case) -> None:
    limit(city, "finance", "局长", "300")
    given = Appointment.objects.get(person__key="sun")
    acts.delegate(
        city.actor("sun"), appointment=given.pk, to="qian", functions=["approve"], start=date(2026, 3, 9),
        end=date(2026, 4, 9), reason="出差",
    )  # fmt: skip
    assert refused(city, case, "qian", "301")[0] == "beyond_limit"
    do(city, case, "grant", by="qian", amount="300")


def test_only_keepers_set_limits_and_only_with_a_document(city: City) -> None:
    post = Post.objects.get(organ__code="finance", title="局长").pk
    for by, basis, code in (("sun", "文件", "no_power"), ("he", " ", "missing_reason")):
        with pytest.raises(Refused) as caught:
            acts.set_limit(city.actor(by), post=post, amount=Decimal(1), basis=basis, start=date(2026, 3, 9))
        assert [one.code for one in caught.value.refusals] == [code]


def rotating(city: City, *, since: date) -> Appointment:
    """A key post of the finance bureau with a holder since that day."""
    installer = queries.installer()
    post = acts.create_post(
        installer, organ="finance", title="资金处长", functions=["handle"], rotation_years=5, key_post=True
    )["post"]
    factories.make_person("gu", "顾十一")
    return Appointment.objects.get(
        pk=acts.appoint(installer, post=post, person="gu", start=since)["appointment"]
    )


def ask(city: City) -> Case:
    return factories.open_case(city, "spending", by="gu", organ="finance", step="ask", purpose="修缮")


@pytest.mark.parametrize(
    ("since", "late"), [(date(2021, 3, 9), False), (date(2021, 3, 8), True), (date(2020, 2, 29), True)]
)
def test_the_due_day_itself_is_still_within_the_rotation(city: City, since: date, late: bool) -> None:
    row = rotating(city, since=since)
    assert (row in queries.overdue_rotation(clock.now().date())) is late


def test_by_default_an_overdue_holder_is_warned_and_not_refused(city: City) -> None:
    rotating(city, since=date(2020, 1, 1))
    assert queries.setting_on("rotation_overdue", clock.now().date()).value == "warn"
    assert ask(city).version == 1


def test_where_the_city_says_so_he_takes_no_new_case_and_ends_the_old_ones(city: City) -> None:
    row = rotating(city, since=date(2021, 3, 10))
    old = ask(city)
    clock.move_forward(clock.now() + timedelta(days=2))
    acts.set_setting(
        city.actor("he"), name="rotation_overdue", value="refuse", source="云府办〔2026〕3号", start=date(2026, 3, 11)
    )  # fmt: skip
    with pytest.raises(Refused) as caught:
        ask(city)
    (one,) = caught.value.refusals
    assert one.code == "rotation_overdue" and "2026年03月10日 满轮岗年限" in one.sentence
    assert "云府办〔2026〕3号" in one.basis
    limit(city, "gov", "市长", None, start=date(2026, 3, 11))
    do(city, old, "grant", by="zheng", amount="1")
    do(city, old, "close", by="gu")
    assert old.ended_at
    acts.exempt_from_rotation(
        city.actor("he"), appointment=row.pk, until=date(2026, 9, 1), basis="专项审计报告（2026年3月1日）"
    )
    assert ask(city).version == 1
    assert queries.overdue_rotation(clock.now().date()) == []
    clock.move_forward(clock.now() + timedelta(days=180))
    with pytest.raises(Refused):
        ask(city)


def test_an_exemption_is_short_reasoned_and_given_by_another(city: City) -> None:
    row = rotating(city, since=date(2020, 1, 1))
    for until, basis, code in (
        (date(2028, 1, 1), "报告", "too_long"),
        (date(2026, 9, 1), "", "missing_reason"),
    ):
        with pytest.raises(Refused) as caught:
            acts.exempt_from_rotation(city.actor("he"), appointment=row.pk, until=until, basis=basis)
        assert [one.code for one in caught.value.refusals] == [code]


def test_a_setting_has_the_values_that_were_shipped(city: City) -> None:
    with pytest.raises(Refused) as caught:
        acts.set_setting(
            city.actor("he"), name="rotation_overdue", value="maybe", source="文件", start=date(2026, 3, 9)
        )
    assert [one.code for one in caught.value.refusals] == ["unknown_value"]


def test_beyond_the_limit_elsewhere_is_a_finding_that_supervision_sees(city: City, case: Case) -> None:
    """What was decided on paper happened; that it went beyond the post's limit is written with it."""
    limit(city, "finance", "局长", "500000")
    performer = {"person": "sun", "organ": "finance", "post": "市财政局局长"}
    paper = Elsewhere(clock.now(), "纸质批件", "云财〔2026〕7号", [performer])
    asked = {"case": case.key, "elsewhere": paper}
    entry = Entry(step="grant", values={"amount": "500000.01"})
    cases.attest(city.actor("sun"), **asked, entry=entry)
    case.refresh_from_db()
    act = case.acts.get(step="grant")
    (found,) = [one for one in act.data["findings"] if one["code"] == "beyond_limit"]
    assert "超过市财政局局长的权限" in found["sentence"] and "第三十二条" in found["basis"]
    assert f"{act.seq}:beyond_limit" in case.marking["findings"], "owes a correction or an explanation"
    assert act in list(supervision.attested(Case.objects.all()))
    do(city, case, "explain_finding", by="zhao", targets=[f"{act.seq}:beyond_limit"], explanation="紧急拨付")
    assert f"{act.seq}:beyond_limit" not in case.marking.get("findings", {})
    assert list(rebuild.check()) == []


def test_within_the_limit_elsewhere_nothing_is_found(city: City, case: Case) -> None:
    limit(city, "finance", "局长", "500000")
    performer = {"person": "sun", "organ": "finance", "post": "市财政局局长"}
    paper = Elsewhere(clock.now(), "纸质批件", "云财〔2026〕7号", [performer])
    entry = Entry(step="grant", values={"amount": "500000"})
    cases.attest(city.actor("sun"), case=case.key, elsewhere=paper, entry=entry)
    assert "beyond_limit" not in str(case.acts.get(step="grant").data.get("findings", ""))
