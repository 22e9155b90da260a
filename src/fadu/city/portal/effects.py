"""What the law orders and the portal alone can do: the search index follows a correction."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from fadu.city.portal.models import Gram
from fadu.core.procedure.engine import Recorded


def index_again(*, case: Any, recorded: Recorded, **_: Any) -> None:
    """更正: what was published of the corrected act, and the consultation it opened, are found by their words of today; the
    worker indexes anew what is missing in the index."""
    seq = int(recorded.act.targets[0])
    rows = Q(kind=Gram.Kind.PUBLICATION, row__in=case.publications.filter(seq=seq).values("pk"))
    rows |= Q(kind=Gram.Kind.CONSULTATION, row__in=case.consultations.filter(seq=seq).values("pk"))
    Gram.objects.filter(rows).delete()


EFFECTS = {"index_again": index_again}
