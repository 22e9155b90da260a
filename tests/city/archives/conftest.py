"""A filed matter with long Chinese file names, a table and a produced document, packed as the worker packs it."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fadu.city import node
from fadu.city.archives import packages
from fadu.city.archives.models import Package
from fadu.city.authority import clock
from fadu.city.cases import acts as cases
from fadu.city.cases.entry import Entry
from fadu.city.cases.files import uploads
from fadu.city.cases.models import Case
from fadu.city.ledger import publishing
from tests import installations
from tests.city.cases.conftest import (  # noqa: F401  # fixtures are taken over by their names
    book_of_its_own,
    city,
    installation,
)
from tests.factories import City, do

LONG = (
    "关于调整市区机动车停放服务收费标准有关事项征求各县（市、区）人民政府和市级有关部门意见情况的汇总说明" * 2
)


@pytest.fixture(scope="session")
def law(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The statute book with the procedure of these tests."""
    return installations.law_with(tmp_path_factory.mktemp("law"), Path(__file__).with_name("filed.toml"))


@dataclass
class Filed:
    """The package of a filed matter, and the proofs that are handed over with it."""

    row: Package
    path: Path


def file_matter(of: City) -> None:
    """Registered with two files and a table, reviewed, filed."""
    clerk = of.actor("zhao")
    uploaded = {f"{LONG}.pdf": b"%PDF-1.4\n%%EOF\n", "比较表: <一> 100%.csv": "区域,价格\n一类,5\n".encode()}
    kept = [
        uploads.keep(clerk.person, "p", "papers", SimpleUploadedFile(name, data), at=clock.now()).pk
        for name, data in uploaded.items()
    ]
    values = {
        "secrecy_class": "open", "content": "停车收费标准\n分两类区域。", "cost": "5200.00", "until": "2026-06-30",
        "urgent": True, "partner": "transport",
        "rows": [{"zone": "一类", "price": "5.00"}, {"zone": "二类", "price": "3.00"}],
    }  # fmt: skip
    entry = Entry(step="register", outcome="", values=values, facts={}, files={"papers": kept})
    answer = cases.open_case(
        clerk, procedure="filed", organ="finance", title="关于停车收费的事项", entry=entry
    )
    case = Case.objects.get(key=answer["case"])
    do(of, case, "review", by="li", outcome="fit", reasons="符合法定权限。\n程序完备。")
    do(of, case, "archive", by="zhao")


@pytest.fixture
def filed(city: City, tmp_path: Path) -> Iterator[Filed]:  # noqa: F811  # the fixture above
    """The package with its receipt beside it."""
    file_matter(city)
    publishing.publish(at=clock.now(), close_day=False)
    assert node.make_packages() == 1
    publishing.publish(at=clock.now(), close_day=False)
    yield handed_over(Package.objects.get(), tmp_path / "handed")


def handed_over(row: Package, folder: Path) -> Filed:
    """Package and proofs as somebody takes them away."""
    folder.mkdir(exist_ok=True)
    path = folder / "案卷.zip"
    shutil.copy(packages.path_of(row.case, row.acts), path)
    for ending, data in packages.beside(row).items():
        path.with_name(path.name + ending).write_bytes(data)
    return Filed(row, path)


def rewritten(path: Path, changed: dict[str, bytes | None]) -> None:
    """The zip again with some members changed (None: left out); as somebody does who cares for the zip only."""
    with zipfile.ZipFile(path) as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**members, **changed}.items():
            if data is not None:
                archive.writestr(name, data)
