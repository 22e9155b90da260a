"""查看材料: a file as it was handed in, to keep or to look at in the page; every reading is noted.

What is looked at runs nothing. Text is drawn by us, from Word its words alone. Pictures and PDF are given to the browser
under a policy that loads and runs nothing; a PDF with script, launch or embedded content is only kept, as is everything
that a browser would run (HTML) or could not show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import pikepdf
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from fadu.city.authority import clock
from fadu.city.authority.actor import Actor
from fadu.city.authority.gates import person_only
from fadu.city.cases import procedures, queries
from fadu.city.cases.files import uploads
from fadu.city.cases.models import Case, File
from fadu.city.cases.screens import dossier, pages
from fadu.city.ledger import acts as ledger_acts
from fadu.core.errors import InputError, Refused
from fadu.core.text import readers

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TEXTS = frozenset({"text/plain", "text/markdown", "text/csv", _DOCX})
_IMAGES = frozenset({"image/png", "image/jpeg"})
_PDF = "application/pdf"
# The browser's own PDF viewer does not start inside "sandbox"; a picture needs nothing at all.
_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
_POLICIES = {_PDF: f"{_NOTHING}; style-src 'unsafe-inline'; object-src 'self'"}
# Names that make a PDF do something when it is opened or clicked, or carry another file (ISO 32000-1, 7.7.2, 12.6.4).
_ACTIVE = frozenset(
    {"/JavaScript", "/JS", "/Launch", "/RichMedia", "/EmbeddedFiles", "/XFA", "/SubmitForm", "/ImportData"}
)
MOST_CHARACTERS = 200_000


@dataclass(frozen=True)
class Look:
    """How a file can be looked at: ``kind`` is text, image, pdf or none; ``why`` says why not."""

    kind: str
    text: str = ""
    more: bool = False
    why: str = ""


@person_only
@require_GET
@xframe_options_sameorigin
def file(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """材料: decrypted for those who may read the field it stands in; to keep, or with ``?inline`` to look at."""
    found = readable(request.actor, queries.get(request.actor, key), pk)
    data = _read(request.actor, found, clock.now())
    shown = "inline" in request.GET and look(found, data).kind in ("image", "pdf")
    response = HttpResponse(data, content_type=found.media_type)
    response["Content-Disposition"] = content_disposition_header(not shown, found.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _POLICIES.get(found.media_type, f"{_NOTHING}; sandbox")
    return response


@person_only
@require_GET
def view(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """查看: the page around what can be shown; the bytes of pictures and PDF come by their own address."""
    case = queries.get(request.actor, key)
    found = readable(request.actor, case, pk)
    data = _read(request.actor, found, clock.now())
    return render(request, "cases/view_file.html", {"case": case, "file": found, "look": look(found, data)})


def readable(actor: Actor, case: Case, pk: int) -> File:
    """The file, if this reader may read the field it stands in."""
    definition, relations = procedures.of(case), queries.relations(actor, case)
    shown = pages.readable_files(dossier.read(case), definition, relations, actor.stands_for)
    if not any(file.pk == pk for files in shown.values() for file in files):
        raise Refused(queries.NOT_VISIBLE)
    return case.files.get(pk=pk)


def look(file: File, data: bytes) -> Look:
    """What may be shown of a file in the page."""
    if file.media_type in _TEXTS:
        try:
            text = readers.read(data, name=file.name).text
        except InputError as problem:
            return Look("none", why=problem.what)
        return Look("text", text[:MOST_CHARACTERS], more=len(text) > MOST_CHARACTERS)
    if file.media_type in _IMAGES:
        return Look("image")
    if file.media_type == _PDF:
        why = _active(data)
        return Look("none", why=why) if why else Look("pdf")
    return Look("none", why="这种文件不能在页面中显示")


def _active(data: bytes) -> str:
    """Why a PDF is not shown; empty if nothing in it acts."""
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            if any(_acts(thing) for thing in pdf.objects):
                return "这个 PDF 带有脚本、自动动作或者内嵌文件"
    except pikepdf.PasswordError:
        return "这个 PDF 设有口令"
    except pikepdf.PdfError:
        return "这个 PDF 已损坏或者格式不规范"
    return ""


def _acts(thing: pikepdf.Object) -> bool:
    """Whether one object of a PDF, with what lies directly in it, names an action of ``_ACTIVE``."""
    waiting = [thing]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Stream | pikepdf.Dictionary):
            inside = one.stream_dict if isinstance(one, pikepdf.Stream) else one
            for name, value in inside.items():
                if name in _ACTIVE or (isinstance(value, pikepdf.Name) and str(value) in _ACTIVE):
                    return True
                if isinstance(value, pikepdf.Object) and not value.is_indirect:
                    waiting.append(value)
        elif isinstance(one, pikepdf.Array):
            waiting += [v for v in one if isinstance(v, pikepdf.Object) and not v.is_indirect]
    return False


def _read(actor: Actor, file: File, at: datetime) -> bytes:
    """The bytes; that they were read is noted in the access log."""
    reference = f"case/{file.case.key}"
    ledger_acts.note_access(
        ledger_acts.Access("file", actor.person.key, at, case_ref=reference, subject=file.sha256)
    )
    return uploads.content(file)
