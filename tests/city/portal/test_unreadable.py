"""A request that no page and no database can use is refused with a Chinese page before anything reads it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from fadu.city.authority.models import Request
from tests.city.participation.conftest import browser
from tests.factories import City

pytestmark = pytest.mark.django_db
GETS = [
    ("/search/?q=%00", 400),
    ("/search/?%00=a", 400),
    ("/search/?q=%ff", 400),
    ("/search/?q=%c0%80", 400),
    ("/organs/%00/", 400),
    ("/public/%00/", 400),
    ("/static/%00.css", 400),
    ("/receipts/%00/", 400),
    ("/organs/%ff/", 404),
    ("/log/tile/" + "0/" * 900, 404),
    ("/" + "a" * 3000, 414),
    ("/search/?q=" + "a" * 20_000, 414),
    ("/decisions/?year=" + "9" * 5000, 200),
    ("/decisions/?year=²", 200),
    ("/decisions/?page=" + "9" * 5000, 200),
    ("/consultations/?page=²", 200),
    ("/public/x/files/" + "9" * 400 + "/", 404),
]


@pytest.mark.parametrize(("path", "status"), GETS, ids=[path[:30] for path, _ in GETS])
def test_addresses(city: City, client: Client, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    if status != 200:
        text = answer.content.decode()
        assert 'lang="zh-Hans"' in text and "<h1>" in text


def said(answer: Any, status: int, words: str) -> None:
    """The page's own sentence and status."""
    text = answer.content.decode()
    assert answer.status_code == status, text
    assert words in text and "没有保存" in text


def test_forms(city: City) -> None:
    chen = browser("chen")
    where = "/cases/new/major_decision/"
    said(chen.post(where, {"title": "夜间\x00公交"}), 400, "不可用的字符")
    said(chen.post(where, {"ti\x00tle": "夜间公交"}), 400, "不可用的字符")
    for char, code in (("\x0b", "U+000B"), ("\u202e", "U+202E"), ("\x9b", "U+009B"), ("\ufffe", "U+FFFE")):
        said(
            chen.post(where, {"title": f"夜间{char}公交"}),
            400,
            f"夜间□公交”中方框处有不可见的控制字符 {code}",
        )
    assert chen.post(where, {"title": "夜间\t公交\r\n第二行"}).status_code != 400
    form = "application/x-www-form-urlencoded"
    said(chen.post(where, b"title=%d2%b9%bc%e4", content_type=form), 400, "不可用的字符")
    said(chen.post(where, b"--x", content_type="multipart/form-data; boundary="), 400, "不完整")
    said(chen.post(where, {"title": "长" * 3_000_000}), 413, "过大")
    many = "&".join(f"a{number}=1" for number in range(1500)).encode()
    said(chen.post(where, many, content_type=form), 400, "不完整")
    answer = chen.post(where, {"title": "a"}, CONTENT_LENGTH="9" * 30)
    said(answer, 413, "过大")
    assert not Request.objects.exists()


def test_numbers_that_are_none(city: City) -> None:
    """Superscript digits are digits to Python and no number; endless ones are more than it reads."""
    chen, odd = browser("chen"), ("²", "9" * 5000, "-1", "１")
    for number in odd:
        assert chen.post("/account/act-for/", {"mandate": number}).status_code == 404
        assert chen.post("/demo/clock/", {"to": f"+{number}"}).status_code == 404
        assert chen.get("/decisions/", {"year": number[:4000]}).status_code == 200
        answer = chen.post("/cases/new/major_decision/", {"kept.evidence": number, "version": number})
        assert answer.status_code == 409


def test_a_cookie_that_is_no_text(city: City, client: Client) -> None:
    client.cookies["sessionid"] = "abcdefgh\x00ijklmnop"
    assert client.get("/").status_code == 400
