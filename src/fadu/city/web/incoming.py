"""What no page and no database can use is refused before anything reads it: broken text, endless addresses, endless bodies.

PostgreSQL takes no NUL and raises far from where it came in; a replaced character would enter an act for ever. So it is
told here, once, for pages and API alike. The API reads its own bodies (``api.asking``), in the same words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError

from fadu.city.web.answers import answer_unreadable
from fadu.city.web.numbers import whole
from fadu.core.errors import Refusal

# A browser's own limits are near these; our longest addresses are a tenth of it.
PATH_MAX, QUERY_MAX = 2_000, 16_000
_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
BAD_TEXT = Refusal(
    "bad_text", "内容含有不可用的字符", cure="空字符、不成对的代理字符和不是 UTF-8 的内容都不能保存，请删去或者改正后重新提交"
)  # fmt: skip
TOO_LONG = Refusal("too_long", "地址过长，没有读取", cure="请从页面上的链接进入，或者缩短查询条件")
TOO_LARGE = Refusal("too_large", "提交的内容过大，没有读取", cure="请减少内容，或者把材料分开上传")
BROKEN = Refusal(
    "broken_form", "提交的内容不完整，无法读取", cure="请返回上一页重新提交；材料较大的，请检查网络"
)


class readable:  # a middleware is named like the functions beside it
    """Refuse what cannot be read; the address before anything else, a form before its view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at path, query and cookies."""
        query = request.META.get("QUERY_STRING", "")
        if len(request.path_info) > PATH_MAX or len(query) > QUERY_MAX:
            return answer_unreadable(request, TOO_LONG, 414)
        if not (clean([request.path_info, *request.COOKIES, *request.COOKIES.values()]) and _utf8(query)):
            return answer_unreadable(request, BAD_TEXT, 400)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """Look at the fields of a form and at the names of its files. Called by Django before the view."""
        if request.method != "POST" or request.path_info.startswith("/api/"):
            return None
        length = whole(request.META.get("CONTENT_LENGTH") or "0", _most())
        if length is None:
            return answer_unreadable(request, TOO_LARGE, 413)
        try:
            fields, files = request.POST, request.FILES
        except RequestDataTooBig:
            return answer_unreadable(request, TOO_LARGE, 413)
        except (MultiPartParserError, TooManyFieldsSent, TooManyFilesSent):
            return answer_unreadable(request, BROKEN, 400)
        texts = [text for name, values in fields.lists() for text in (name, *values)]
        names = [text for name, sent in files.lists() for text in (name, *(one.name or "" for one in sent))]
        if not clean([*texts, *names]) or any("\ufffd" in text for text in texts):
            return answer_unreadable(request, BAD_TEXT, 400)
        if (hidden := next(filter(None, map(hidden_in, texts)), None)) is not None:
            return answer_unreadable(request, hidden, 400)
        return None


def _most() -> int:
    """Some files of the largest size in one form; each is measured again by itself."""
    return 4 * settings.FADU_FILE_MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def clean(texts: Iterable[str]) -> bool:
    """Whether these are text: no NUL, no lone surrogate (RFC 3629)."""
    return not any(char == "\x00" or "\ud800" <= char <= "\udfff" for text in texts for char in text)


def hidden_in(text: str) -> Refusal | None:
    """Why a text cannot be recorded though it is one: a control character, which no document of ours can hold (XML 1.0,
    2.2), or one that turns the direction of writing, by which a line shows something else than it says (Unicode TR 36, 2.1).
    """
    found = _HIDDEN.search(text)
    if found is None:
        return None
    before, after = text[max(0, found.start() - 8) : found.start()], text[found.end() : found.end() + 8]
    around = _HIDDEN.sub("", f"{before}□{after}").replace("\n", " ")
    return Refusal(
        "bad_text",
        f"“{around}”中方框处有不可见的控制字符 U+{ord(found[0]):04X}",
        cure="请删去该字符后重新提交；从 PDF 等文件粘贴的文字容易带入，可重新键入这几个字",
    )


def _utf8(query: str) -> bool:
    """A query string stands for UTF-8 without NUL; what Django would replace is not guessed at."""
    try:
        return "\x00" not in unquote_to_bytes(query.encode("latin-1", "replace")).decode("utf-8")
    except UnicodeDecodeError:
        return False
