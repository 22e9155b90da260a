"""Who may open a page at all. A URL that nobody classified fails tests/conformance/test_access.py."""

from __future__ import annotations

import functools
from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from fadu.core.errors import Refusal, Refused

View = Callable[..., HttpResponse]


def official_only(view: View) -> View:
    """For officials with a post in force today; others log in, or are told why not."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.user is None:
            return _to_log_in(request)
        if not request.actor.official:
            raise Refused(
                Refusal("no_power", "只有在任的工作人员可以打开工作台", cure="请用工作人员账号登录")
            )
        return view(request, *args, **kwargs)

    return guarded


def holds(*functions: str) -> Callable[[View], View]:
    """For officials one of whose posts has one of these functions; every other official is told whose page it is."""

    def gate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not any(held.functions & set(functions) for held in request.actor.holdings):
                raise Refused(
                    Refusal("no_power", "本页由机构编制管理、登记岗位使用", cure="请由有关岗位办理")
                )
            return view(request, *args, **kwargs)

        return official_only(guarded)

    return gate


def person_only(view: View) -> View:
    """For anybody with an account; what he then sees is decided by ``visible_to``."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return _to_log_in(request) if request.user is None else view(request, *args, **kwargs)

    return guarded


def _to_log_in(request: HttpRequest) -> HttpResponse:
    return redirect(f"{reverse('log_in')}?{urlencode({'next': request.get_full_path()})}")
