"""What was uploaded by the API and used by no act goes after the stated days; its digest stays in the log, and nothing else goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fadu.city.authority import clock
from fadu.city.cases.files import sweeping, uploads
from fadu.city.cases.models import File
from fadu.city.ledger import queries as ledger
from fadu.city.ledger.models import Leaf
from fadu.core.errors import Refused
from tests.city.api.conftest import Machine
from tests.factories import City

pytestmark = pytest.mark.django_db


def blobs(settings: Any) -> list[Path]:
    """The encrypted files on disk."""
    return [path for path in (Path(settings.FADU_VAR) / "files").rglob("*") if path.is_file()]


def test_unused_ones_go_and_leave_their_digest(machine: Callable[..., Machine], settings: Any) -> None:
    zhao = machine("zhao")
    kept = [
        zhao.upload("content", SimpleUploadedFile(f"{n}.txt", f"第{n}份".encode(), "text/plain"))
        for n in (1, 2, 3)
    ]
    wall = clock.wall()
    File.objects.filter(pk=kept[0]["id"]).update(uploaded_at=wall - timedelta(days=7, seconds=1))
    # Taken by an act, and kept with a draft of a page: neither waits here any more.
    File.objects.filter(pk=kept[1]["id"]).update(uploaded_at=wall - timedelta(days=30), seq=1, place="")
    draft = uploads.keep(
        File.objects.get(pk=kept[0]["id"]).uploaded_by, "case/x/review", "content",
        SimpleUploadedFile("d.txt", b"draft", "text/plain"), at=wall - timedelta(days=30),
    )  # fmt: skip
    assert len(blobs(settings)) == 4
    sweeper = sweeping.Sweeper()
    assert sweeper.round(wall) == 1
    assert set(File.objects.values_list("pk", flat=True)) == {kept[1]["id"], kept[2]["id"], draft.pk}
    assert len(blobs(settings)) == 3
    leaf = Leaf.objects.get(case_ref="register/uploads")
    said = ledger.opened(bytes(leaf.hash))
    assert said["count"] == 1 and said["sha256"] == [kept[0]["sha256"]]
    # Looked at once an hour; where nothing waits nothing is written.
    File.objects.filter(pk=kept[2]["id"]).update(uploaded_at=wall - timedelta(days=8))
    assert sweeper.round(wall + timedelta(minutes=59)) == 0
    assert sweeper.round(wall + timedelta(minutes=60)) == 1
    assert sweeping.sweep(wall) == 0 and Leaf.objects.filter(case_ref="register/uploads").count() == 2


def test_only_the_clock_sweeps(city: City) -> None:
    with pytest.raises(Refused):
        sweeping.sweep_uploads(city.actor("zhao"), before=clock.wall())
