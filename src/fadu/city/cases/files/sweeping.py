"""清理接口上传: a file that came by the API waits for its act; one that no act took goes after some days, and that leaves a leaf.

What is typed and uploaded on a page stays with its draft until its owner drops it; nobody sees what the API has left.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from fadu.city.authority import queries as authority
from fadu.city.authority.door import Answer, Doing, act
from fadu.city.cases.files import uploads
from fadu.city.cases.models import File
from fadu.city.ledger.acts import System
from fadu.core.errors import Refusal

# Where files uploaded by the API wait for their act, beside the drafts of the pages.
PLACE = "api"
SEARCH_EVERY = timedelta(hours=1)
AT_ONCE = 500


def left(before: datetime) -> QuerySet[File]:
    """Files that came by the API before a moment and were taken by no act, the oldest first."""
    rows = File.objects.filter(place=PLACE, seq__isnull=True, case__isnull=True, uploaded_at__lt=before)
    return rows.order_by("uploaded_at", "pk")


def _lock(doing: Doing, *, before: datetime) -> list[File]:
    return list(left(before).select_for_update()[:AT_ONCE])


def _by_the_clock(doing: Doing, subject: Any, /, **asked: Any) -> Iterable[Refusal]:
    if doing.actor.source != "clock":
        yield Refusal("no_power", "接口上传的清理由系统按期进行", cure="未使用的上传到期自动删除")


@act(
    "cases.sweep_uploads",
    title="清理未使用的接口上传",
    lock=_lock,
    who=_by_the_clock,
    basis="《中华人民共和国个人信息保护法》第十九条",
)
def sweep_uploads(doing: Doing, files: list[File], /, *, before: datetime) -> Answer:
    """清理: rows and with them their keys are gone, so the bytes can be read by nobody; the leaf keeps the digests of what
    went. The caller removes the bytes themselves once this stands.
    """
    system = System("接口上传清理")
    leaf = doing.leave(
        case_ref="register/uploads", step="uploads.sweep", performers=[system], recorder=system, organ="",
        occurred_at=doing.at, fields={"count": len(files), "before": before.isoformat(), "sha256": [one.sha256 for one in files]},
    )  # fmt: skip
    File.objects.filter(pk__in=[one.pk for one in files]).delete()
    return {"count": len(files), "blobs": [one.blob for one in files], "leaf": leaf.hash.hex()}


class Sweeper:
    """The rounds of one process: it looks once an hour, by the time on the wall, as uploads are dated."""

    def __init__(self) -> None:
        self.looked: datetime | None = None

    def round(self, wall: datetime) -> int:
        """Remove what has waited too long; returns how many files went."""
        if self.looked is not None and wall - self.looked < SEARCH_EVERY:
            return 0
        self.looked = wall
        return sweep(wall)


def sweep(wall: datetime) -> int:
    """Remove what has waited longer than the installation keeps it; an act for every so many files, none for none."""
    before, gone = wall - timedelta(days=settings.FADU_UPLOAD_DAYS), 0
    while left(before).exists():
        answer = sweep_uploads(authority.clock_actor(), before=before)
        for blob in answer["blobs"]:
            uploads.remove_bytes(blob)
        gone += answer["count"]
    return gone
