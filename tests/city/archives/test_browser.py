"""The readable page of an unpacked package in a real Chromium without network: it opens, every link leads to a file."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import sync_playwright

from tests.city.archives.conftest import Filed

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.django_db]


@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_reads_offline(
    filed: Filed, tmp_path: Path, width: int, program: Callable[[str], Path]
) -> None:
    """From file://, offline: everything that was recorded is on the page, nothing is fetched from elsewhere."""
    with zipfile.ZipFile(filed.path) as archive:
        archive.extractall(tmp_path / "bag")
    data = tmp_path / "bag" / "data"
    asked: list[str] = []
    with sync_playwright() as runner:
        browser = runner.chromium.launch(
            executable_path=program("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(offline=True, viewport={"width": width, "height": 900})
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text))
        page.goto((data / "index.html").as_uri())
        text = page.inner_text("body")
        links = page.eval_on_selector_all("a", "all => all.map(one => one.href)")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        page.screenshot(path=str(tmp_path / f"page-{width}.png"), full_page=True)
        page.click("text=证明 >> nth=0")
        page.wait_for_url("**/receipts/0001.json")
        assert "fadu/receipt/v1" in page.content()
        browser.close()
    assert not problems
    assert wide <= 0, "nothing sticks out at the side"
    for told in (
        "关于停车收费的事项", "停车收费标准", "分两类区域。", "5200.00元", "2026年6月30日", "是", "云州市交通运输局",
        "一类", "3.00元", "程序完备。", "可以办理", "比较表: <一> 100%.csv", "云财法意〔2026〕1号", "赵一", "李四",
    ):  # fmt: skip
        assert told in text, told
    assert {urlsplit(url).scheme for url in (*asked, *links)} == {"file"}
    files = {Path(unquote(urlsplit(link).path)) for link in links}
    assert len(files) >= 10
    assert [path for path in files if not path.is_file() or data not in path.parents] == []
