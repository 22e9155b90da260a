"""What goes in and out, as types: OpenAPI is made of these."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AwareDatetime, Field

MOST_ROWS = 100
# Keys of cases, definitions and hashes have one spelling each; anything else is refused before any query.
CaseKey = Annotated[str, Field(pattern=r"^[0-9a-f]{26}$")]
Name = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z][a-z0-9_]*$")]
Leaf = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
FileId = Annotated[int, Field(ge=1, le=2**63 - 1)]
Text = Annotated[str, Field(max_length=200)]


class Reason(Schema):
    """One reason against it: what, by which article, and what would make it possible."""

    code: str
    sentence: str
    basis: str
    cure: str
    subject: str


class Problem(Schema):
    """Why it was not done. Nothing was changed."""

    code: str
    sentence: str
    refusals: list[Reason]


class Error(Schema):
    """The one shape of every failure."""

    error: Problem


class Named(Schema):
    """A code and its Chinese name."""

    name: str
    title: str


class Post(Schema):
    """A post held today."""

    organ: str
    organ_name: str
    post: str
    functions: list[str]
    delegated: bool


class Me(Schema):
    """Who is logged in, for whom he acts, and the token every write carries as ``X-CSRFToken``."""

    person: str
    name: str
    official: bool
    behalf: str
    posts: list[Post]
    csrf_token: str


class Page(Schema):
    """Where in a list these rows stand."""

    total: int
    page: int
    pages: int


class Paging(Schema):
    """Which part of a list is wanted."""

    page: int = Field(1, ge=1, le=100_000)
    size: int = Field(50, ge=1, le=MOST_ROWS)


class CaseFilters(Paging):
    """The list's query, as on the page."""

    q: Text = ""
    procedure: Text = ""
    organ: Text = ""
    state: Literal["", "open", "ended"] = ""
    year: int | None = Field(None, ge=1949, le=9999)
    order: Literal["", "-changed", "due", "-opened", "title"] = ""


class CaseRow(Schema):
    """A case in a list."""

    key: str
    procedure: str
    title: str
    number: str
    organ: str
    organ_name: str
    secrecy: str
    stage: str
    due: date | None
    opened_at: datetime
    changed_at: datetime
    ended_at: datetime | None
    version: int


class Cases(Page):
    """Cases this person may see; ``capped`` when more match than the thousand that are counted and paged."""

    capped: bool
    items: list[CaseRow]


class DutyState(Schema):
    """What is owed, until when (legal and internal limit)."""

    due_legal: date | None
    due_internal: date | None
    days_left: int | None


class StepNow(Schema):
    """A step now: whether the law allows it (``possible``), whether this person may do it (``mine``), every reason why not."""

    name: str
    title: str
    basis: str
    state: str
    general: bool
    possible: bool
    mine: bool
    outcomes: list[Named]
    targets: list[str]
    refusals: list[Reason]
    warnings: list[Reason]
    duty: DutyState | None


class Amount(Schema):
    """An amount that grows by legal time (加处罚款、滞纳金): base, rate, since, until if it has ended, what it is today, and the
    count in sentences. Money is text in yuan with two decimals."""

    step: str
    title: str
    party: str
    base_field: str
    base: str
    rate: str
    per: str
    cap: str
    since: date
    until: date | None
    amount: str
    units: int
    capped: bool
    provisional: bool
    basis: str
    explained: list[str]


class CaseView(CaseRow):
    """One case: its steps as they stand, amounts that grow, and how this reader stands to it."""

    relations: list[str]
    steps: list[StepNow]
    amounts: list[Amount]
    children: list[str]


class FileRow(Schema):
    """A file that is part of an act."""

    id: int
    field: str
    name: str
    media_type: str
    size: int
    sha256: str


class Done(Schema):
    """An act as this reader may see it; ``withheld`` names what he may not."""

    seq: int
    step: str
    title: str
    outcome: str
    channel: str
    person: str
    organ: str
    occurred_at: datetime
    recorded_at: datetime
    leaf: str
    values: dict[str, Any]
    withheld: list[str]
    findings: list[Any]
    files: list[FileRow]


class History(Schema):
    """What was done, the first act first."""

    acts: list[Done]


class Record(Schema):
    """What is entered into a step. ``values`` follows the step's JSON Schema, without its files: those are uploaded and
    named in ``files`` by their ids. ``facts`` answers yes or no; ``reasons`` says why."""

    outcome: Annotated[str, Field(max_length=60)] = ""
    values: dict[str, Any] = Field(default_factory=dict)
    facts: dict[str, bool] = Field(default_factory=dict)
    reasons: dict[str, Annotated[str, Field(max_length=2000)]] = Field(default_factory=dict)
    files: dict[str, list[FileId]] = Field(default_factory=dict)
    targets: list[Text] = Field(default_factory=list, max_length=100)


class Opening(Record):
    """A new case: its procedure, the organ that handles it, its title, and the record of the opening step."""

    procedure: Name
    organ: Annotated[str, Field(min_length=1, max_length=60)]
    title: str = ""


class Performing(Record):
    """A step done here and now. ``version`` is the case's as it was read: another act since then is answered with ``stale``."""

    step: Name
    version: int | None = Field(None, ge=0, le=2**31 - 1)


class Attesting(Performing):
    """补录: a step that was done elsewhere, when, by whom, from which source, with what evidence (file ids)."""

    occurred_at: AwareDatetime
    source: Annotated[str, Field(min_length=1, max_length=200)]
    source_number: Text = ""
    performers: list[Text] = Field(min_length=1, max_length=50)
    evidence: list[FileId] = Field(default_factory=list, max_length=50)


class Answered(Schema):
    """The act stands in the log: its leaf, and the signed promise. ``code``: the receipt code of one's own new matter,
    shown once and kept nowhere."""

    case: str
    seq: int
    leaf: str
    promise: str
    code: str = ""


class Uploaded(Schema):
    """A file kept for an act of one's own; it binds nobody until an act takes it."""

    id: int
    name: str
    media_type: str
    size: int
    sha256: str


class Owed(Schema):
    """Something owed or possible."""

    case: str
    case_title: str
    step: str
    title: str
    organ: str
    due_legal: date | None
    due_internal: date | None
    days_left: int | None
    paused: bool
    waiting: bool


class News(Schema):
    """An act of somebody else."""

    case: str
    case_title: str
    seq: int
    step: str
    title: str
    organ: str
    recorded_at: datetime


class CanOpen(Schema):
    """A procedure one may open today, for which organ."""

    procedure: str
    title: str
    organ: str


class MyDay(Schema):
    """我的一天."""

    on: date
    late: list[Owed]
    owed: list[Owed]
    open: list[Owed]
    came_in: list[News]
    may_open: list[CanOpen]


class Procedure(Schema):
    """A procedure in force."""

    name: str
    title: str
    group: str
    summary: str
    digest: str
    opening: str


class Procedures(Schema):
    """The statute book."""

    items: list[Procedure]


class StepLaw(Schema):
    """A step as the law has it; ``record`` is the JSON Schema (2020-12) of what is entered."""

    name: str
    title: str
    basis: str
    channels: list[str]
    outcomes: list[Named]
    facts: list[Named]
    record: dict[str, Any]


class ProcedureView(Procedure):
    """A procedure with all its steps."""

    steps: list[StepLaw]


class Published(Schema):
    """What was disclosed of an act."""

    case: str
    case_title: str
    organ: str
    seq: int
    step: str
    kind: str
    title: str
    published_at: datetime
    until: date | None
    shown: list[dict[str, Any]]


class Publications(Page):
    """What stands published today."""

    items: list[Published]
