"""Ten journeys in a real Chromium, and every page of the city as a picture at two widths with nothing for axe to find."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.stories.conftest import PICTURES, Running

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visit = Callable[..., Page]

PAGES = [
    ("", "/", "home"),
    ("", "/decisions/", "decisions"),
    ("", "/consultations/", "consultations"),
    ("", "/trace/", "trace"),
    ("", "/open-data/", "open_data"),
    ("", "/organs/", "organs"),
    ("", "/matter/", "matter"),
    ("", "/api/", "api"),
    ("", "/demo/messages/", "messages"),
    ("citizen_a", "/account/", "account"),
    ("citizen_a", "/account/tokens/", "tokens"),
    ("", "/login/", "log_in"),
    ("housing_clerk", "/my/", "my_day"),
    ("housing_clerk", "/cases/", "cases"),
    ("housing_clerk", "/cases/new/major_decision/", "new_case"),
    ("office_clerk", "/plans/", "plans"),
    ("office_clerk", "/plans/import/", "plan_import"),
    ("supervisor_head", "/supervision/", "supervision"),
    ("office_clerk", "/archives/", "archives"),
]


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize(("persona", "path", "name"), PAGES, ids=[name for _, _, name in PAGES])
def test_each_page_as_a_picture(visit: Visit, persona: str, path: str, name: str, width: int) -> None:
    """No violation, nothing wider than the window."""
    page = visit(persona, path, width=width)
    _look(page, f"{name}-{width}")


def _look(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (
        f"{name}: too wide"
    )
    found = Axe().run(page)
    violations = found.response["violations"]
    told = [(one["id"], one["help"], [node["html"][:120] for node in one["nodes"][:3]]) for one in violations]
    assert not told, json.dumps(told, ensure_ascii=False, indent=1)


def _river(page: Page) -> None:
    """Open the demonstration's decision that waits for its legality review."""
    page.goto(page.url.split("/cases")[0].split("/my")[0].rstrip("/") + "/cases/?q=清河云川段")
    page.click("tbody [data-row-link] >> nth=0")


def test_1_undertaker_opens_a_decision(visit: Visit) -> None:
    """Every typed word survives a refusal; then the matter is open with its number and its first leaf."""
    page = visit("housing_clerk", "/cases/new/major_decision/")
    page.fill("[name='v.subject']", "云川市城区停车设施规划")
    page.click("main form button.primary")
    expect(page.locator(".refusal, .problem").first).to_be_visible()
    expect(page.locator("[name='v.subject']")).to_have_value("云川市城区停车设施规划")
    page.check("input[name=outcome][value=department]")
    page.fill("[name='v.content']", "编制城区停车设施规划。")
    page.fill("[name='v.proposed_by']", "市住房城乡建设局")
    for name in ("problem", "reasons", "preliminary_plan", "necessity"):
        page.fill(f"[name='v.{name}']", "停车供需矛盾突出，需要统一规划。")
    page.select_option("[name='v.secrecy_class']", "open")
    page.click("main form button.primary")
    expect(page.locator("h1")).to_have_text("云川市城区停车设施规划")
    _look(page, "case-1440")


def test_2_mayor_is_refused_with_the_article(visit: Visit) -> None:
    """No legality review, no discussion: the article stands beside the sentence."""
    page = visit("mayor", "/cases/")
    _river(page)
    page.click(".stepper a:has-text('集体讨论决定')")
    expect(page.locator(".refusal").first).to_contain_text("决策")
    expect(page.locator("main")).to_contain_text("第二十五条第二款")
    _look(page, "refused-1440")


def test_3_legal_reviewer_sees_clock_and_graph(visit: Visit) -> None:
    """The running limit explains itself; the procedure is drawn."""
    page = visit("legal_reviewer", "/cases/")
    _river(page)
    expect(page.locator(".clock").first).to_be_visible()
    page.click("text=查看流程图")
    expect(page.locator("svg[role=img]")).to_be_visible()
    _look(page, "graph-1440")


def test_4_citizen_speaks_on_an_article(visit: Visit) -> None:
    """A comment without log-in; its receipt code is shown once."""
    page = visit("", "/consultations/")
    page.click("main a:has-text('票价')")
    expect(page.locator("main")).to_contain_text("第二条")
    _look(page, "consultation-1440")


def test_5_plan_is_previewed_before_it_is_imported(visit: Visit, tmp_path: Path) -> None:
    """What was read is shown with what it would become; nothing happens before the word."""
    plan = tmp_path / "plan.txt"
    plan.write_text(
        "某市2026年度工作方案\n\n一、深化改革\n完善审批制度。〔责任单位：市政府办公室〕\n", encoding="gb18030"
    )
    page = visit("office_clerk", "/plans/import/")
    page.set_input_files("#plan", plan)
    page.click("text=读取并预览")
    expect(page.locator("main")).to_contain_text("完善审批制度")
    _look(page, "plan_preview-1440")


def test_6_supervisor_takes_the_four_checks(visit: Visit) -> None:
    """A reading is an act; the wall shows its figures."""
    page = visit("supervisor_head", "/supervision/")
    page.click("text=现在核查")
    expect(page.locator(".notice")).to_contain_text("核查完毕")
    _look(page, "wall-1440")


def test_7_receipt_is_verified_offline(visit: Visit, running: Running, tmp_path: Path) -> None:
    """The receipt of an act, downloaded and checked by the program that needs nothing installed."""
    page = visit("legal_reviewer", "/cases/")
    _river(page)
    leaf = (
        page.locator(".history a:has-text('回执')").last.get_attribute("href").rstrip("/").rpartition("/")[2]
    )
    answer = page.request.get(f"{running.url}/receipts/{leaf}.json")
    assert answer.ok
    kept = tmp_path / "receipt.json"
    kept.write_bytes(answer.body())
    verified = subprocess.run(
        [sys.executable, "-m", "fadu.core.log.verify", str(kept)], capture_output=True, text=True
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_8_nobody_without_second_factor(visit: Visit, running: Running) -> None:
    """The printed password alone does not let an official in; an unknown page tells nothing."""
    page = visit("", "/login/")
    page.fill("main [name=username]", "mayor")
    page.fill("main [name=password]", running.passwords["mayor"])
    page.click("main form button.primary")
    expect(page.locator(".refusal")).to_contain_text("不正确")
    page.goto(running.url + "/cases/0000000000000000000000000a/")
    assert "/login/" in page.url


def test_9_keyboard_and_large_text(visit: Visit) -> None:
    """The first stop of the keyboard is the way past the masthead; large text stays."""
    page = visit("", "/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.click("text=大字")
    page.reload()
    assert page.evaluate("document.documentElement.classList.contains('large')")


def test_10_without_javascript(visit: Visit) -> None:
    """Reading and submitting work in a browser that runs no script."""
    page = visit("housing_clerk", "/cases/new/major_decision/", script=False)
    page.fill("[name='v.subject']", "没有脚本的浏览器")
    page.click("main form button.primary")
    assert page.locator(".refusal, .problem").count() > 0
    assert page.input_value("[name='v.subject']") == "没有脚本的浏览器"


def test_11_the_applicant_reads_his_matter_by_a_one_time_code(visit: Visit, running: Running) -> None:
    """Opened with an account, followed by the receipt code, read by the code sent to the address left with it."""
    page = visit("citizen_a", "/cases/new/major_decision/")
    page.fill("[name='v.subject']", "建议开通夜间公交")
    page.fill("[name='v.proposed_by']", "民小声")
    page.fill("[name='v.content']", "夜班职工回家难")
    page.fill("[name='v.contact']", "xiaosheng@example.invalid")
    page.select_option("[name='organ']", label="云川市交通运输局")
    page.select_option("[name='v.secrecy_class']", "open")
    page.check("input[name=outcome][value=people]")
    page.click("main form button.primary")
    found = re.search(r"回执码 ([0-9A-Z-]+)", page.inner_text("main"))
    assert found, page.inner_text("main")
    page.click(".who form button")
    page.goto(f"{running.url}/matter/")
    page.fill("#code", found[1])
    page.click("main form button.primary")
    _look(page, "matter-stages-1440")
    page.click("text=发送验证码")
    expect(page.locator(".notice.ok")).to_contain_text("验证码正在以电子邮件发出")
    _look(page, "matter-code-1440")
    once = _message(page, running)
    page.fill("#once", f"{(int(once) + 1) % 1_000_000:06}")
    page.click("text=查看内容")
    expect(page.locator(".refusal")).to_contain_text("还可以再试 4 次")
    page.fill("#once", once)
    page.click("text=查看内容")
    expect(page.locator("main")).to_contain_text("夜班职工回家难")
    _look(page, "matter-content-1440")
    page.set_viewport_size({"width": 390, "height": 844})
    _look(page, "matter-content-390")


def _message(page: Page, running: Running) -> str:
    """The newest code on the demonstration's page of messages, once the worker has delivered it."""
    other = page.context.new_page()
    for _ in range(40):
        other.goto(f"{running.url}/demo/messages/")
        if found := re.search(r"验证码 (\d{6})，", other.inner_text("main")):
            other.close()
            return found[1]
        other.wait_for_timeout(500)
    raise AssertionError("no code arrived")
