"""Which cases are filed and packed, and which wait."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from fadu.city.archives.models import Package
from fadu.city.cases.models import Case


def waiting() -> QuerySet[Case]:
    """Cases whose filing (归档) is done and that have no package for their acts."""
    packed = Package.objects.filter(case=OuterRef("pk"), acts=OuterRef("version"))
    return Case.objects.filter(marking__done__has_key="archive").exclude(Exists(packed)).order_by("pk")


def packages_of(case: Case) -> QuerySet[Package]:
    """The packages of a case, newest first."""
    return Package.objects.filter(case=case).order_by("-acts")


def newest() -> QuerySet[Package]:
    """All packages, newest first, each with its case."""
    return Package.objects.select_related("case__organ").order_by("-made_at")
