"""Filing: a closed case is packed, checked, and the package's digest becomes a leaf."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fadu.city.archives import packages
from fadu.city.archives.models import Package
from fadu.city.authority.door import Answer, Doing, act
from fadu.city.cases.models import Case
from fadu.city.ledger import queries as ledger
from fadu.core.archive import package
from fadu.core.errors import Refusal, Refused

ARCHIVE = "archive"


def _lock_case(doing: Doing, /, *, case: str, **asked: Any) -> Case:
    found = Case.objects.select_for_update(of=("self",)).select_related("organ").filter(key=case).first()
    if found is None:
        raise Refused(Refusal("unknown_case", "没有这件案件"))
    return found


def _archivist(doing: Doing, case: Case, /, **asked: Any) -> Iterable[Refusal]:
    if doing.actor.source not in ("install", "clock") and not any(
        "register" in held.functions for held in doing.actor.holdings
    ):
        yield Refusal("no_power", "档案包由登记归档岗位或者系统形成", cure="请交由归档人员办理")
    if ARCHIVE not in case.marking.get("done", {}):
        yield Refusal("not_closed", "案件尚未归档，不能形成档案包", cure="先办理“归档”")
    newest = ledger.leaf_status(bytes.fromhex(case.acts.order_by("-seq").values_list("leaf", flat=True)[0]))
    if newest.state not in ("signed", "witnessed"):
        yield Refusal("not_proved", "最后一步还没有并入签名检查点", cure="约一分钟后再办")


@act("archives.seal", title="形成档案包", lock=_lock_case, who=_archivist, basis="档案法实施条例")
def seal(doing: Doing, case: Case, /, **_: Any) -> Answer:
    """形成档案包: one package for the acts so far; making it again for the same acts answers with the one there is."""
    if (earlier := Package.objects.filter(case=case, acts=case.version).first()) is not None:
        raise Refused(
            Refusal("already_sealed", f"档案包已于 {earlier.made_at:%Y-%m-%d} 形成", cure="请直接下载")
        )
    path, digest = packages.make(case, on=doing.on)
    report = package.check(path, at=doing.at)
    leaf = doing.leave(
        case_ref=f"register/archive/{case.key}",
        step="archive.seal",
        performers=[doing.actor.who()],
        recorder=doing.actor.who(),
        organ=case.organ.code,
        occurred_at=doing.at,
        fields={"case": case.key, "acts": case.version, "sound": report.sound},
        files={"package": digest},
    )
    row = Package.objects.create(
        case=case, acts=case.version, made_at=doing.at, sha256=digest, size=path.stat().st_size,
        report=report.as_json(), leaf=leaf.hash.hex(),
    )  # fmt: skip
    return {"package": row.pk, "leaf": row.leaf}
