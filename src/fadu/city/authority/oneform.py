"""A page of one form for one act: shown, refused above what was typed, or done and left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from fadu.core.errors import Refused

SIMPLE = "authority/simple_form.html"


def posted(request: HttpRequest) -> Any:
    """What was typed, or None where the form is only to be shown."""
    return request.POST if request.method == "POST" else None


def answer(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[], HttpResponse],
    page: Mapping[str, Any],
    *,
    template: str = SIMPLE,
    refused_status: int = 409,
) -> HttpResponse:
    """``do`` performs the act with what ``form`` holds and gives the answer to it; a refusal keeps what was typed."""
    refusals: tuple = ()
    if request.method == "POST" and form.is_valid():
        try:
            return do()
        except Refused as refused:
            refusals = refused.refusals
    shown = {**page, "form": form, "refusals": refusals}
    return render(request, template, shown, status=refused_status if refusals else 200)


def done(request: HttpRequest, told: str, to: str) -> HttpResponse:
    """Say that it is done, on the page named ``to``."""
    messages.success(request, told, extra_tags="ok")
    return redirect(to)
