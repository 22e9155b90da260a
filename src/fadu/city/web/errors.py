"""The one shape of an error for machines: ``{"error": {code, sentence, refusals: [{code, sentence, basis, cure, subject}]}}``."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from fadu.core.errors import Refusal


def wants_json(request: HttpRequest) -> bool:
    """The API, and whoever asks for JSON by name."""
    return request.path.startswith("/api/") or request.headers.get("Accept", "").startswith(
        "application/json"
    )


def error_shape(code: str, sentence: str, refusals: tuple[Refusal, ...] = ()) -> dict[str, Any]:
    """``refusals`` is empty where the sentence says all there is to say."""
    return {
        "error": {"code": code, "sentence": sentence, "refusals": [refusal.as_json() for refusal in refusals]}
    }
