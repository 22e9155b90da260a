"""The operations: each parses, calls the act or query that the page calls, and shapes the answer."""

from __future__ import annotations

import functools
from typing import Annotated, Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from ninja import File, Form, Header, NinjaAPI, Path, Query, Status
from ninja.files import UploadedFile

from fadu.city.api import asking, errors, reading, shapes
from fadu.city.authority import clock
from fadu.city.cases import acts, procedures, queries
from fadu.city.cases.files import sweeping, uploads
from fadu.city.cases.models import Case
from fadu.city.cases.people import matter_codes
from fadu.city.cases.screens import listing, pages
from fadu.city.portal import queries as portal
from fadu.city.portal import receipts
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure.definition import Definition

_ABOUT = (
    "与页面相同的办理和查询。以会话 Cookie 或者接口令牌（Authorization: Bearer，在“我的账号—接口令牌”签发）表明身份；"
    "用会话的，写操作须带请求头 X-CSRFToken（取自 /api/me）；用令牌的，不能审核、批准、签署和决定。"
    "带 Idempotency-Key 的同一请求只办理一次。"
    "一切失败都是同一格式：error.code、error.sentence、error.refusals。"
)

api = NinjaAPI(
    title="法度",
    version="1",
    description=_ABOUT,
    docs_url=None,
    auth=[asking.Token(), asking.Session()],
    parser=asking.CleanParser(),
    urls_namespace="api",
)
errors.install(api)

Key = Annotated[shapes.CaseKey, Path()]
Once = Annotated[
    str,
    Header(alias="Idempotency-Key", max_length=64, pattern=r"^[!-~]*$", description="同一请求编号只办理一次"),
]
_OPEN = {frozenset({400, 403, 404, 405, 422}): shapes.Error}
_READ = {frozenset({400, 401, 403, 404, 405, 422}): shapes.Error}
_WRITE = {frozenset({400, 401, 403, 404, 405, 409, 413, 415, 422}): shapes.Error}


def _officials_only(request: HttpRequest) -> None:
    if not request.actor.official:
        raise Refused(Refusal("no_power", "只有在任的工作人员有我的一天", cure="请用工作人员账号登录"))


@api.get("/me", response={200: shapes.Me, **_READ}, summary="我是谁", tags=["我"])
def me(request: HttpRequest) -> shapes.Me:
    """Who is logged in, with the token for writes."""
    actor = request.actor
    return shapes.Me(
        person=actor.person.key,
        name=actor.person.name,
        official=actor.official,
        behalf=actor.behalf.name if actor.behalf else "",
        posts=[
            shapes.Post(
                organ=held.organ.code, organ_name=held.organ.name, post=held.post,
                functions=sorted(held.functions), delegated=held.delegated,
            )
            for held in actor.holdings
        ],
        csrf_token=get_token(request),
    )  # fmt: skip


@api.get("/my-day", response={200: shapes.MyDay, **_READ}, summary="我的一天", tags=["我"])
def my_day(request: HttpRequest) -> shapes.MyDay:
    """What I owe by due date, what is late, what came in, what I may open."""
    _officials_only(request)
    return reading.my_day(asking.actor_of(request), clock.now())


@api.get(
    "/procedures", response={200: shapes.Procedures, **_OPEN}, auth=None, summary="程序目录", tags=["程序"]
)
def procedure_list(request: HttpRequest) -> shapes.Procedures:
    """The procedures in force."""
    known = procedures.book().procedures.values()
    return shapes.Procedures(items=[reading.procedure_row(one) for one in known])


@api.get(
    "/procedures/{name}",
    response={200: shapes.ProcedureView, **_OPEN},
    auth=None,
    summary="程序及其各步骤",
    tags=["程序"],
)
def procedure(request: HttpRequest, name: Annotated[shapes.Name, Path()]) -> shapes.ProcedureView:
    """A procedure with its steps, and the JSON Schema of each step's record."""
    definition = procedures.in_force(name)
    steps = [reading.step_law(definition, step) for step in definition.steps.values()]
    return shapes.ProcedureView(**reading.procedure_row(definition), steps=steps)


@api.get("/cases", response={200: shapes.Cases, **_READ}, summary="查找案件", tags=["案件"])
def case_list(request: HttpRequest, asked: Query[shapes.CaseFilters]) -> shapes.Cases:
    """The cases this person may see, searched and ordered as on the page."""
    words = {name: str(value) for name, value in asked.dict().items() if value is not None}
    found = listing.listed(asking.actor_of(request), words, page=asked.page, size=asked.size)
    pages.note_search(request.actor, asked.q or "", clock.now())
    paginator = found.page.paginator
    rows = found.page.object_list if asked.page <= paginator.num_pages else []
    where = {"total": paginator.count, "page": asked.page, "pages": paginator.num_pages}
    return shapes.Cases(**where, capped=found.capped, items=[reading.case_row(case) for case in rows])


@api.post("/cases", response={201: shapes.Answered, **_WRITE}, summary="开启案件", tags=["办理"])
def open_case(request: HttpRequest, record: shapes.Opening, once: Once = "") -> Any:
    """Pin the law in force, take the number, do the opening step."""
    definition = procedures.in_force(record.procedure)
    actor = asking.actor_of(request)
    answer = acts.open_case(
        actor,
        request_id=once,
        procedure=record.procedure,
        organ=record.organ,
        title=record.title,
        entry=asking.entry_of(definition.steps[definition.opening], record),
    )
    code = "" if actor.official or not once else matter_codes.shown(answer["case"], once)
    return Status(201, _answered(answer) | {"code": code})


@api.get("/cases/{key}", response={200: shapes.CaseView, **_READ}, summary="一件案件", tags=["案件"])
def case(request: HttpRequest, key: Key) -> shapes.CaseView:
    """The case and every step: possible or not, mine or not, each reason, each limit."""
    actor, found, definition = _case(request, key)
    now = clock.now()
    view = reading.case_view(actor, found, definition, now)
    pages.note_reading(actor, found, now)
    return view


@api.get("/cases/{key}/acts", response={200: shapes.History, **_READ}, summary="办理经过", tags=["案件"])
def history(request: HttpRequest, key: Key) -> shapes.History:
    """What was done, with the values this reader may see."""
    actor, found, definition = _case(request, key)
    pages.note_reading(actor, found, clock.now())
    return reading.history(actor, found, definition)


@api.post("/cases/{key}/acts", response={201: shapes.Answered, **_WRITE}, summary="办理步骤", tags=["办理"])
def perform(request: HttpRequest, key: Key, record: shapes.Performing, once: Once = "") -> Any:
    """Do a step here and now; the law allows it or it is refused with every reason."""
    actor, _, definition = _case(request, key)
    entry = asking.entry_of(_step(definition, record.step), record)
    answer = acts.perform(actor, request_id=once, case=key, entry=entry, version=record.version)
    return Status(201, _answered(answer))


@api.post("/cases/{key}/attested", response={201: shapes.Answered, **_WRITE}, summary="补录", tags=["办理"])
def attest(request: HttpRequest, key: Key, record: shapes.Attesting, once: Once = "") -> Any:
    """Write down that a step was done elsewhere; what it broke is written with it."""
    actor, _, definition = _case(request, key)
    entry = asking.entry_of(_step(definition, record.step), record)
    answer = acts.attest(
        actor,
        request_id=once,
        case=key,
        entry=entry,
        elsewhere=asking.elsewhere_of(entry, record),
        version=record.version,
    )
    return Status(201, _answered(answer))


@api.post("/files", response={201: shapes.Uploaded, **_WRITE}, summary="上传材料", tags=["办理"])
def upload(
    request: HttpRequest, field: Annotated[shapes.Name, Form()], file: Annotated[UploadedFile, File()]
) -> Any:
    """Keep a file for an act of one's own: its id then stands in ``files`` of that act. One that no act takes is removed
    after the days that ``fadu worker`` names."""
    kept = uploads.keep(request.actor.person, sweeping.PLACE, field, file, at=clock.wall())
    told = shapes.Uploaded(
        id=kept.pk, name=kept.name, media_type=kept.media_type, size=kept.size, sha256=kept.sha256
    )
    return Status(201, told)


@api.get(
    "/publications", response={200: shapes.Publications, **_OPEN}, auth=None, summary="公开", tags=["公开"]
)
def publication_list(request: HttpRequest, asked: Query[shapes.Paging]) -> shapes.Publications:
    """Everything that stands published today, the newest first."""
    found = (
        portal.publications(clock.now().date()).select_related("case__organ").order_by("-published_at", "-pk")
    )
    page, where = reading.page_of(found, asked)
    return shapes.Publications(**where, items=[reading.published(row) for row in page.object_list])


@api.get(
    "/receipts/{leaf}", response={200: dict[str, Any], **_OPEN}, auth=None, summary="回执", tags=["公开"]
)
def receipt(request: HttpRequest, leaf: Annotated[shapes.Leaf, Path()]) -> dict[str, Any]:
    """The receipt of a leaf: whole for whoever may read the act, the proof alone for everybody else."""
    hashed = receipts.leaf_of(leaf)
    if hashed is None:
        raise errors.Http404
    now = clock.now()
    seen = receipts.access(hashed, request.actor, now.date())
    receipts.note_opening(hashed, seen, request.actor, now)
    return receipts.receipt_json(hashed, seen)


def _case(request: HttpRequest, key: str) -> tuple[Any, Case, Definition]:
    actor = asking.actor_of(request)
    found = queries.get(actor, key)
    return actor, found, procedures.of(found)


def _step(definition: Definition, name: str) -> Any:
    step = definition.steps.get(name)
    if step is None:
        raise Refused(
            Refusal(
                "unknown_step",
                f"“{definition.title}”没有步骤“{name}”",
                cure=f"请从 /api/procedures/{definition.name} 中选择",
                subject="step",
            )
        )
    return step


def _answered(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: answer[name] for name in ("case", "seq", "leaf", "promise")}


@functools.cache
def schema() -> dict[str, Any]:
    """The OpenAPI document, made once."""
    return dict(api.get_openapi_schema())
