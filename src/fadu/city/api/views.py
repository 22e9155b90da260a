"""接口说明: a plain page with every operation; nothing is loaded from elsewhere."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from fadu.city.api import operations


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The table of operations, and where the OpenAPI document lies."""
    document = operations.schema()
    rows = [
        {
            "method": method.upper(),
            "path": path,
            "title": one["summary"],
            "about": one.get("description", ""),
            "open": "security" not in one,
        }
        for path, methods in document["paths"].items()
        for method, one in methods.items()
    ]
    page = {
        "about": document["info"]["description"],
        "rows": rows,
        "site": request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "api/index.html", page)
