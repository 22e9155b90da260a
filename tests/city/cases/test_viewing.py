"""What a file looks like in the page: text drawn by us, pictures and PDF under a policy, nothing that would act."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fadu.city.cases.files import viewing
from fadu.city.cases.models import Case, File
from tests.city.cases.test_correcting import browse, papers, posted  # noqa: F401  (papers is a fixture)
from tests.factories import City

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def pdf(*, script: bool = False, nested: bool = False) -> bytes:
    """A page, with a script when it opens, or when an annotation on it is clicked."""
    made = pikepdf.new()
    page = made.add_blank_page()
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    if script:
        made.Root.OpenAction = action
    if nested:
        note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=action)
        page.Annots = pikepdf.Array([note])
    out = BytesIO()
    made.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "media_type", "data", "kind"),
    [
        ("稿.txt", "text/plain", "第一条　为了规范。".encode(), "text"),
        ("稿.txt", "text/plain", "第一条　为了规范。".encode("gb18030"), "text"),
        ("表.csv", "text/csv", "项目,金额\n一,2\n".encode(), "text"),
        ("图.png", "image/png", PNG, "image"),
        ("稿.pdf", "application/pdf", pdf(), "pdf"),
        ("稿.pdf", "application/pdf", pdf(script=True), "none"),
        ("稿.pdf", "application/pdf", pdf(nested=True), "none"),
        ("稿.pdf", "application/pdf", b"%PDF-1.7 nonsense", "none"),
        ("页.html", "text/html", b"<script>alert(1)</script>", "none"),
        ("包.zip", "application/zip", b"PK\x03\x04", "none"),
    ],
)
def test_only_what_runs_nothing_is_shown(name: str, media_type: str, data: bytes, kind: str) -> None:
    shown = viewing.look(File(name=name, media_type=media_type), data)
    assert shown.kind == kind
    assert bool(shown.why) is (kind == "none")
    assert ("第一条" in shown.text) is (name == "稿.txt")


def handed_in(city: City, papers: Case, upload: SimpleUploadedFile) -> File:  # noqa: F811  (the fixture's name)
    """The file of the papers, replaced by this one."""
    answer = browse(city, "zhao").post(
        f"/cases/{papers.key}/correct/1/", posted(papers, 1, **{"v.text": upload})
    )
    assert answer.status_code == 302
    return File.objects.get(case=papers, stands_for=1)


def test_a_text_is_drawn_escaped_and_only_for_its_readers(city: City, papers: Case) -> None:  # noqa: F811
    file = handed_in(city, papers, SimpleUploadedFile("新.txt", "<script>alert(1)</script> 第一条".encode()))
    address = f"/cases/{papers.key}/files/{file.pk}/"
    page = browse(city, "zhao").get(f"{address}view/").content.decode()
    assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page and file.sha256 in page
    kept = browse(city, "zhao").get(f"{address}?inline=1")
    assert kept["Content-Disposition"].startswith("attachment"), "text is never rendered from its own address"
    assert browse(city, "chen").get(f"{address}view/").status_code in (403, 404, 409)


def test_a_picture_comes_under_a_policy_that_runs_nothing(city: City, papers: Case) -> None:  # noqa: F811
    file = handed_in(city, papers, SimpleUploadedFile("图.png", PNG))
    address = f"/cases/{papers.key}/files/{file.pk}/"
    assert f'src="{address}?inline=1"' in browse(city, "zhao").get(f"{address}view/").content.decode()
    bytes_of = browse(city, "zhao").get(f"{address}?inline=1")
    assert bytes_of["Content-Disposition"].startswith("inline")
    assert bytes_of["X-Content-Type-Options"] == "nosniff"
    policy = bytes_of["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "frame-ancestors 'self'" in policy
    assert browse(city, "zhao").get(address)["Content-Disposition"].startswith("attachment")
