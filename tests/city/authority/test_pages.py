"""The staffing pages: each form does its act, refusals stand on the page with their reason, others are kept out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from fadu.city.accounts.models import Recovery, User
from fadu.city.authority import acts, clock, forms_staffing, queries
from fadu.city.authority.models import Appointment, CitySetting, Delegation, Limit, Organ, Post
from fadu.city.cases.models import Case
from tests import factories
from tests.factories import City, do

pytestmark = pytest.mark.django_db
AsUser = Callable[..., Client]
DAY = "2026-03-09"


def given(name: str, city: City) -> dict[str, object]:
    """A right filling of each form."""
    head = Appointment.objects.get(person__key="sun").pk
    post = Post.objects.get(organ__code="finance", title="局长").pk
    return {
        "organ": {"code": "water", "name": "云州市水利局", "short": "市水利局", "level": "city", "division": "330100",
                  "parent": "gov", "government": "gov", "duties": ["transport", "ecology"], "aliases": "水务局", "administrative": "on", "start": DAY},
        "post": {"organ": "finance", "title": "拨款员", "functions": ["handle"], "key_post": "on", "rotation_years": "3"},
        "limit": {"post": post, "amount": "500000", "basis": "云府发〔2026〕1号", "start": DAY},
        "setting": {"name": "rotation_overdue", "value": "refuse", "source": "云府办〔2026〕3号", "start": DAY},
        "appoint": {"post": post, "person": "qian", "kind": "substitute", "start": DAY, "end": "2026-04-01", "basis": "任"},
        "delegate": {"appointment": head, "to": "qian", "functions": ["approve"], "start": DAY, "end": "2026-04-01", "reason": "出差"},
        "exempt": {"appointment": head, "until": "2026-09-01", "basis": "专项审计报告"},
        "person": {"key": "xu", "name": "许十五"},
        "account": {"person": "xu", "username": "xu", "kind": "official", "password": "a-given-horse-7"},
        "close": {"username": "qian", "reason": "调离"},
        "reopen": {"username": "qian", "reason": "调回"},
        "sessions": {"username": "qian", "reason": "设备丢失"},
        "recovery": {"username": "sun", "reason": "手机丢失，已当面核验"},
        "recovery-approve": {"recovery": 0, "password": "a-given-horse-7"},
        "identity": {"username": "chen", "level": "3", "basis": "身份证，现场"},
        "guardian": {"principal": "chen", "agent": "sun", "basis": "户口簿", "start": DAY},
    }[name]  # fmt: skip


def prepare(name: str, city: City) -> dict[str, object]:
    """What must stand before, and the form."""
    form = dict(given(name, city))
    if name == "account":
        factories.make_person("xu", "许十五")
    if name == "exempt":
        Post.objects.filter(organ__code="finance", title="局长").update(rotation_years=5)
    if name == "recovery-approve":
        form["recovery"] = acts.ask_recovery(city.actor("lu"), username="sun", reason="手机丢失")["recovery"]
    if name == "guardian":
        acts.check_identity(
            city.actor("he"), username="chen", level=2, basis="身份证", minor_until=date(2030, 1, 1)
        )
    return form


@pytest.mark.parametrize("name", forms_staffing.FORMS)
def test_each_form_does_its_act(city: City, as_user: AsUser, name: str) -> None:
    form = prepare(name, city)
    client = as_user("he")
    assert client.get(f"/staffing/{name}/").status_code == 200
    answer = client.post(f"/staffing/{name}/", form)
    assert (answer.status_code, answer.get("Location")) == (302, "/staffing/"), answer.content.decode()
    assert client.get("/staffing/").status_code == 200


@pytest.mark.parametrize("name", forms_staffing.FORMS)
def test_an_empty_form_says_what_is_missing(city: City, as_user: AsUser, name: str) -> None:
    answer = as_user("he").post(f"/staffing/{name}/", {})
    assert answer.status_code == 200 and "这个字段是必填项" in answer.content.decode()


def test_the_acts_have_done_what_the_forms_said(city: City, as_user: AsUser) -> None:
    client = as_user("he")
    for name in ("organ", "limit", "setting", "appoint", "delegate", "recovery"):
        client.post(f"/staffing/{name}/", prepare(name, city))
    assert Organ.objects.get(code="water").duties == ["transport", "ecology"]
    assert str(Limit.objects.get().amount) == "500000.00"
    assert CitySetting.objects.get().value == "refuse"
    assert Appointment.objects.get(person__key="qian", kind="substitute").end == date(2026, 4, 1)
    assert Delegation.objects.get().functions == ["approve"]
    assert Recovery.objects.get().user == User.objects.get(username="sun")
    page = client.get("/organs/finance/").content.decode()
    assert "500,000.00 元" in page and "替岗" in page


@pytest.mark.parametrize(
    ("name", "change", "sentence"),
    [
        ("organ", {"code": "gov"}, "机构代码 gov 已被使用"),
        ("post", {"functions": ["staffing", "supervise"]}, "机构编制管理与监督不得由同一岗位承担"),
        ("post", {"rotation_years": ""}, "权力集中的岗位须写明轮岗年限"),
        ("limit", {"amount": ""}, "请填写限额，或者勾选"),
        ("limit", {"unlimited": "on"}, "二者择一"),
        ("appoint", {"end": ""}, "替岗须写明到何时为止"),
        ("delegate", {"functions": ["decide"]}, "该岗位没有这些职能"),
        ("close", {"username": "nobody"}, "没有账号 nobody"),
        ("guardian", {"agent": "nobody"}, "没有登记编号为 nobody 的人员"),
    ],
)
def test_a_refusal_stands_on_the_page_and_keeps_what_was_typed(
    city: City, as_user: AsUser, name: str, change: dict[str, object], sentence: str
) -> None:
    answer = as_user("he").post(f"/staffing/{name}/", prepare(name, city) | change)
    assert answer.status_code in (200, 409) and sentence in answer.content.decode()


def test_the_window_has_its_own_forms_only(city: City, as_user: AsUser) -> None:
    client = as_user("feng")
    page = client.get("/staffing/").content.decode()
    assert "核验身份" in page and "设立机构" not in page
    assert client.post("/staffing/identity/", prepare("identity", city)).status_code == 302
    refused = client.post("/staffing/organ/", prepare("organ", city))
    assert refused.status_code == 409 and "只有机构编制管理岗位" in refused.content.decode()


def test_others_are_kept_out_and_an_unknown_form_is_not_found(city: City, as_user: AsUser) -> None:
    assert as_user("sun").get("/staffing/").status_code == 403
    assert as_user("chen").get("/staffing/").status_code == 403
    assert Client().get("/staffing/").status_code == 302
    assert as_user("he").get("/staffing/nothing/").status_code == 404


def test_one_lends_his_own_posts_and_takes_back_with_a_reason(city: City, as_user: AsUser) -> None:
    client = as_user("sun")
    form = given("delegate", city)
    assert client.post("/my/delegations/", form)["Location"] == "/my/delegations/"
    assert "钱二" in client.get("/my/delegations/").content.decode()
    assert "孙三" in as_user("qian").get("/my/delegations/").content.decode().partition("<main")[2]
    other = Appointment.objects.get(person__key="zheng").pk
    assert "不在可用的选项" in client.post("/my/delegations/", form | {"appointment": other}).content.decode()
    pk = Delegation.objects.get().pk
    assert as_user("qian").get(f"/my/delegations/{pk}/revoke/").status_code == 404
    assert "必填" in client.post(f"/my/delegations/{pk}/revoke/", {"reason": ""}).content.decode()
    assert client.post(f"/my/delegations/{pk}/revoke/", {"reason": "提前返回"}).status_code == 302
    assert queries.delegated_to(city.people["qian"], date(2026, 3, 9)).count() == 0


def test_the_leaving_page_shows_the_work_and_refuses_ownerless(city: City, as_user: AsUser) -> None:
    matter = factories.open_case(city, "matter", by="zhao", organ="finance", step="register", content="停车")
    do(city, matter, "hand_over", by="zhou", targets=["review"], person="li")
    client = as_user("he")
    zhou, li = (Appointment.objects.get(person__key=key).pk for key in ("zhou", "li"))
    page = client.get(f"/staffing/leave/{li}/").content.decode()
    assert "关于停车收费的事项" in page and "转办" in page
    assert (
        client.post(f"/staffing/leave/{zhou}/", {"basis": "任免文件", "kind": "substitute"}).status_code
        == 302
    )
    refused = client.post(f"/staffing/leave/{li}/", {"basis": "任免文件", "kind": "substitute"})
    assert refused.status_code == 409 and "移交后无人办理" in refused.content.decode()
    form = {"basis": "任免文件", "kind": "substitute", "successor": "wu", "until": "2026-06-01"}
    assert client.post(f"/staffing/leave/{li}/", form).status_code == 302
    assert Case.objects.get().acts.filter(step="hand_over_on_leaving").exists()
    assert client.get(f"/staffing/leave/{li}/").status_code == 404, "he has left"
    assert as_user("sun").get(f"/staffing/leave/{zhou}/").status_code == 403


def test_a_holder_past_his_rotation_is_shown_to_himself_and_to_the_keepers(
    city: City, as_user: AsUser
) -> None:
    Post.objects.filter(organ__code="finance", title="局长").update(rotation_years=1, key_post=True)
    assert "已于 2026年01月01日 满轮岗年限" in as_user("sun").get("/my/").content.decode()
    page = as_user("he").get("/staffing/").content.decode().partition("<main")[2]
    assert "权力集中岗位" in page and "孙三" in page
    assert "超过轮岗年限" in Client().get("/organs/finance/").content.decode()
    assert "满轮岗年限" not in as_user("zhao").get("/my/").content.decode()


def test_the_day_that_is_known_stands_in_the_form_as_a_browser_reads_it(city: City, as_user: AsUser) -> None:
    page = as_user("he").get("/staffing/organ/").content.decode()
    assert f'name="start" value="{clock.now().date().isoformat()}"' in page
