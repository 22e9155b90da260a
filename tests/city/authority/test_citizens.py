"""Citizens and enterprises: no staff rights, real-name levels, mandates with scope and dates, minors by their guardian."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from fadu.city.accounts.models import Mandate, Person, User
from fadu.city.authority import acts, clock, queries
from fadu.city.authority.actor import Actor, Holding
from fadu.city.authority.models import Appointment, Delegation, Post
from fadu.city.cases import acts as cases
from fadu.city.cases import queries as case_queries
from fadu.city.cases.entry import Entry
from fadu.city.cases.models import Case
from fadu.core.errors import Refused
from tests import factories
from tests.factories import City

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 9)


def citizen(
    key: str, name: str, *, level: int = 2, kind: str = "citizen", minor_until: date | None = None
) -> User:
    """A person with an account of his own kind and a real-name level."""
    factories.make_person(key, name, kind="enterprise" if kind == "enterprise" else "natural")
    Person.objects.filter(key=key).update(minor_until=minor_until)
    user = factories.make_user(key, kind=kind)
    User.objects.filter(pk=user.pk).update(real_name_level=level)
    return User.objects.get(pk=user.pk)


def actor(key: str, mandate: int | None = None) -> Actor:
    user = User.objects.select_related("person").get(username=key)
    now = clock.now()
    found = queries.mandate_of(user.person, mandate, now.date())
    return queries.actor_for(user, at=now, proved_at=now, mandate=found)


def ask(who: Actor, procedure: str = "spending", step: str = "ask", **values: str) -> Case:
    given = values or {"purpose": "修缮"}
    entry = Entry(step=step, values={"secrecy_class": "open", **given})
    made = cases.open_case(who, procedure=procedure, organ="finance", title="关于修缮的申请", entry=entry)
    return Case.objects.get(key=made["case"])


def add(who: Actor, case: Case) -> None:
    cases.perform(who, case=case.key, entry=Entry(step="add", values={"more": "补充"}))


def codes(caught: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in caught.value.refusals]


@pytest.mark.parametrize("kind", ["citizen", "enterprise"])
def test_neither_an_appointment_nor_a_delegation_makes_a_citizen_an_official(city: City, kind: str) -> None:
    user = citizen("dong", "董十三", kind=kind)
    post = Post.objects.get(organ__code="finance", title="局长")
    Appointment.objects.create(person=user.person, post=post, start=MONDAY)
    lender = Appointment.objects.get(person__key="zheng")
    Delegation.objects.create(
        appointment=lender, to=user.person, functions=["approve"], start=MONDAY, end=date(2027, 1, 1), reason="不应有"
    )  # fmt: skip
    who = actor("dong")
    assert (who.holdings, who.official) == ((), False)
    assert case_queries.worklist(who, "owed") == []
    case = factories.open_case(city, "spending", by="zhao", organ="finance", step="ask", purpose="修缮")
    with pytest.raises(Refused) as caught:
        cases.perform(who, case=case.key, entry=Entry(step="grant", values={"amount": "1"}))
    assert codes(caught) == ["not_visible"]


def test_not_even_an_actor_built_with_posts_keeps_them(city: City) -> None:
    user = citizen("dong", "董十三")
    held = Holding(city.organs["gov"], "市长", frozenset({"decide", "staffing"}), 1)
    made = Actor(user.person, user, (held,), clock.now())
    assert made.holdings == () and made.holding(city.organs["gov"], "decide") is None
    with pytest.raises(Refused) as caught:
        acts.create_post(made, organ="gov", title="自封", functions=["head"])
    assert codes(caught) == ["no_power"]


@pytest.mark.parametrize(("level", "passes"), [(0, False), (1, False), (2, True), (3, True)])
def test_a_role_may_ask_for_a_real_name_level(city: City, level: int, passes: bool) -> None:
    citizen("dong", "董十三", level=level)
    if passes:
        assert ask(actor("dong")).parties.get().person.key == "dong"
        return
    with pytest.raises(Refused) as caught:
        ask(actor("dong"))
    (one,) = caught.value.refusals
    assert one.code == "real_name"
    assert f"须达到实名等级 2（证件核验），您的账号为 {level}" in one.sentence


def test_the_window_raises_the_level_and_never_ones_own(city: City) -> None:
    citizen("dong", "董十三", level=0)
    for by, code in (("zhao", "no_power"), ("chen", "no_power")):
        with pytest.raises(Refused) as caught:
            acts.check_identity(city.actor(by), username="dong", level=3, basis="身份证，现场")
        assert codes(caught) == [code]
    acts.check_identity(city.actor("feng"), username="dong", level=3, basis="身份证，现场")
    assert User.objects.get(username="dong").real_name_level == 3
    with pytest.raises(Refused) as caught:
        acts.check_identity(city.actor("feng"), username="feng", level=3, basis="身份证")
    assert codes(caught) == ["to_oneself"]


def mandate(city: City, principal: str, agent: str, procedures: list[str], **dates: date) -> int:
    given = {"start": MONDAY, "end": date(2026, 6, 1), **dates}
    return acts.give_mandate(actor(principal), agent=agent, procedures=procedures, scope="一般代理", **given)[
        "mandate"
    ]


def test_an_agent_acts_for_his_principal_and_the_act_says_so(city: City) -> None:
    citizen("dong", "董十三")
    citizen("lawyer", "律十四")
    pk = mandate(city, "dong", "lawyer", ["spending"])
    case = ask(actor("lawyer", pk))
    assert case.parties.get().person.key == "dong"
    act = case.acts.get()
    assert (act.person.key, act.data["on_behalf"]) == ("lawyer", "dong")
    assert case_queries.visible_to(actor("dong")).get() == case, "the principal sees his matter"
    assert case_queries.visible_to(actor("lawyer", pk)).get() == case
    assert not case_queries.visible_to(actor("lawyer")).exists(), "as himself the agent does not"
    add(actor("lawyer", pk), case)
    add(actor("dong"), case)


def test_a_mandate_covers_its_procedures_and_its_days(city: City) -> None:
    citizen("dong", "董十三")
    citizen("lawyer", "律十四")
    narrow = mandate(city, "dong", "lawyer", ["matter"])
    with pytest.raises(Refused) as caught:
        ask(actor("lawyer", narrow))
    assert codes(caught) == ["beyond_mandate"]
    own = ask(actor("dong"))
    assert not case_queries.visible_to(actor("lawyer", narrow)).filter(pk=own.pk).exists()
    wide = mandate(city, "dong", "lawyer", ["*"], end=date(2026, 3, 16))
    held = actor("lawyer", wide)
    add(held, own)
    clock.move_forward(clock.now() + timedelta(days=7))
    assert queries.mandate_of(held.person, wide, clock.now().date()) is None
    with pytest.raises(Refused) as caught:
        add(held, own)
    assert codes(caught) == ["mandate_over"], "a session that was open past the end"


def test_a_mandate_is_revoked_by_either_side_with_a_reason(city: City) -> None:
    citizen("dong", "董十三")
    citizen("lawyer", "律十四")
    citizen("other", "旁人")
    pk = mandate(city, "dong", "lawyer", ["*"])
    with pytest.raises(Refused) as caught:
        acts.revoke_mandate(actor("other"), mandate=pk, reason="无")
    assert codes(caught) == ["no_power"]
    with pytest.raises(Refused) as caught:
        acts.revoke_mandate(actor("dong"), mandate=pk, reason=" ")
    assert codes(caught) == ["missing_reason"]
    acts.revoke_mandate(actor("lawyer"), mandate=pk, reason="辞去委托")
    assert not queries.mandates_held(Person.objects.get(key="lawyer"), MONDAY).exists()
    assert Mandate.objects.get().revoked_reason == "辞去委托"


def test_an_agent_passes_nothing_on(city: City) -> None:
    for key in ("dong", "lawyer", "third"):
        citizen(key, key)
    pk = mandate(city, "dong", "lawyer", ["*"])
    with pytest.raises(Refused) as caught:
        acts.give_mandate(
            actor("lawyer", pk), agent="third", procedures=["*"], scope="一般代理", start=MONDAY, end=date(2026, 6, 1)
        )  # fmt: skip
    assert codes(caught) == ["not_yours"]


@pytest.mark.parametrize(
    ("agent", "procedures", "end", "code"),
    [
        ("dong", ["*"], date(2026, 6, 1), "to_oneself"),
        ("nobody", ["*"], date(2026, 6, 1), "unknown_person"),
        ("firm", ["*"], date(2026, 6, 1), "unfit_agent"),
        ("child", ["*"], date(2026, 6, 1), "unfit_agent"),
        ("lawyer", [], date(2026, 6, 1), "missing_scope"),
        ("lawyer", ["*"], MONDAY, "end_before_start"),
    ],
)
def test_whom_one_may_not_let_act(
    city: City, agent: str, procedures: list[str], end: date, code: str
) -> None:
    citizen("dong", "董十三")
    citizen("lawyer", "律十四")
    citizen("firm", "某公司", kind="enterprise")
    citizen("child", "小童", minor_until=date(2030, 1, 1))
    with pytest.raises(Refused) as caught:
        mandate(city, "dong", agent, procedures, end=end)
    assert codes(caught) == [code]


def test_a_minor_acts_only_through_his_guardian_until_the_day_he_comes_of_age(city: City) -> None:
    citizen("child", "小童", minor_until=date(2026, 3, 16))
    citizen("mother", "童母")
    citizen("aunt", "童姨")
    with pytest.raises(Refused) as caught:
        ask(actor("child"))
    (one,) = caught.value.refusals
    assert one.code == "minor" and "民法典" in one.basis
    with pytest.raises(Refused) as caught:
        mandate(city, "child", "aunt", ["*"])
    assert codes(caught) == ["minor"]
    with pytest.raises(Refused) as caught:
        acts.register_guardian(
            actor("mother"), principal="child", agent="mother", basis="户口簿", start=MONDAY
        )
    assert codes(caught) == ["no_power"], "not by herself"
    pk = acts.register_guardian(
        city.actor("feng"), principal="child", agent="mother", basis="户口簿", start=MONDAY
    )["mandate"]
    case = ask(actor("mother", pk))
    assert case.parties.get().person.key == "child"
    with pytest.raises(Refused) as caught:
        acts.revoke_mandate(actor("mother", pk), mandate=pk, reason="不愿")
    assert codes(caught) == ["no_power"], "guardianship is not laid down by a click"
    clock.move_forward(clock.now() + timedelta(days=7))
    assert queries.mandate_of(Person.objects.get(key="mother"), pk, clock.now().date()) is None
    add(actor("child"), case)


def test_an_ordinary_agent_does_not_act_for_a_minor(city: City) -> None:
    citizen("child", "小童")
    citizen("aunt", "童姨")
    pk = mandate(city, "child", "aunt", ["*"])
    Person.objects.filter(key="child").update(minor_until=date(2030, 1, 1))
    with pytest.raises(Refused) as caught:
        ask(actor("aunt", pk))
    assert codes(caught) == ["not_guardian"]


def test_a_guardian_is_registered_for_minors_only(city: City) -> None:
    citizen("dong", "董十三")
    citizen("mother", "童母")
    with pytest.raises(Refused) as caught:
        acts.register_guardian(
            city.actor("feng"), principal="dong", agent="mother", basis="户口簿", start=MONDAY
        )
    assert codes(caught) == ["not_minor"]


def test_the_agent_chooses_in_his_session_for_whom_he_acts_and_every_page_says_so(
    city: City, as_user: Callable[..., Client]
) -> None:
    citizen("dong", "董十三")
    citizen("lawyer", "律十四")
    pk = mandate(city, "dong", "lawyer", ["spending"])
    client = as_user("lawyer")
    assert "董十三" in client.get("/account/").content.decode()
    client.post("/account/act-for/", {"mandate": pk})
    page = client.get("/account/")
    assert page.wsgi_request.actor.behalf.key == "dong"
    assert "<strong>代理董十三</strong>" in client.get("/organs/").content.decode()
    case = ask(actor("lawyer", pk))
    assert client.get(f"/cases/{case.key}/").status_code == 200
    assert '<span class="tag">代理董十三</span>' in client.get(f"/cases/{case.key}/").content.decode()
    client.post("/account/act-for/", {"mandate": ""})
    assert client.get("/account/").wsgi_request.actor.behalf is None
    assert client.get(f"/cases/{case.key}/").status_code == 403
    acts.revoke_mandate(actor("dong"), mandate=pk, reason="另请他人")
    assert client.post("/account/act-for/", {"mandate": pk}).status_code == 404
    assert as_user("chen").post("/account/act-for/", {"mandate": pk}).status_code == 404


def test_a_revoked_mandate_leaves_an_open_session(city: City, as_user: Callable[..., Client]) -> None:
    citizen("dong", "董十三")
    citizen("lawyer", "律十四")
    pk = mandate(city, "dong", "lawyer", ["*"])
    client = as_user("lawyer")
    client.post("/account/act-for/", {"mandate": pk})
    acts.revoke_mandate(actor("dong"), mandate=pk, reason="另请他人")
    assert client.get("/account/").wsgi_request.actor.behalf is None


def test_one_sees_which_organs_have_read_ones_matters_but_no_names_no_supervisors_no_sealed(
    city: City, as_user: Callable[..., Client]
) -> None:
    citizen("dong", "董十三")
    case = ask(actor("dong"))
    as_user("zhao").get(f"/cases/{case.key}/")
    as_user("wang").get(f"/cases/{case.key}/")
    as_user("dong").get(f"/cases/{case.key}/")
    page = main(as_user("dong").get("/my/reads/"))
    assert page.count("云州市财政局") == 1 and "赵一" not in page
    assert "督查室" not in page
    Case.objects.filter(pk=case.pk).update(secrecy="sealed")
    assert "云州市财政局" not in main(as_user("dong").get("/my/reads/"))
    assert "云州市财政局" not in main(as_user("chen").get("/my/reads/"))


def main(answer: HttpResponse) -> str:
    """The page proper, without the demonstration's bar."""
    return answer.content.decode().partition("<main")[2]
