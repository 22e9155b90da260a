"""What is refused at the gate, by content and not by name; what is broken is told, never a crash."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fadu.city.authority import clock
from fadu.city.cases.files import uploads
from fadu.city.cases.models import Case
from fadu.core.errors import Refused
from tests.city.cases.test_correcting import browse
from tests.factories import City, do

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def packed(parts: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these parts."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return made.getvalue()


def broken(how: int) -> bytes:
    """An archive whose part does not unpack: the bytes after its name are not what its method makes."""
    data = bytearray(packed({"a.txt": b"hello world " * 1000}, how))
    start = data.index(b"a.txt") + len(b"a.txt")
    data[start : start + 30] = bytes(byte ^ 0xFF for byte in data[start : start + 30])
    return bytes(data)


TYPES = b'<Override PartName="/word/x.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
REFUSED = {
    "a picture that is a program": ("a.svg", SVG, "wrong_type"),
    "a program under a text's name": ("a.txt", b"MZ\x00\x90", "wrong_type"),
    "a page under a picture's name": ("a.png", b"<html><script>1</script>", "wrong_type"),
    "a picture under another name": ("a.pdf", b"\x89PNG\r\n\x1a\n", "wrong_type"),
    "macros": ("a.docx", packed({"word/vbaProject.bin": b"x"}), "macro"),
    "macros under another name": (
        "a.docx", packed({"[Content_Types].xml": TYPES, "word/x.bin": b"x"}), "macro",
    ),
    "macros of old spreadsheets": ("a.xlsx", packed({"xl/macrosheets/sheet1.xml": b"x"}), "macro"),
    "a program inside": ("a.zip", packed({"setup.exe": b"MZ"}), "macro"),
    "a way out of the folder": ("a.zip", packed({"../etc/passwd": b"x"}), "archive"),
    "a bomb": ("a.zip", packed({"a.txt": bytes(401 * 1024 * 1024)}), "bomb"),
    "broken by deflate": ("a.zip", broken(zipfile.ZIP_DEFLATED), "broken"),
    "broken by bzip2": ("a.zip", broken(zipfile.ZIP_BZIP2), "broken"),
    "broken by lzma": ("a.zip", broken(zipfile.ZIP_LZMA), "broken"),
    "cut in the middle": ("a.docx", packed({"a.txt": b"x" * 999})[:60], "broken"),
    "empty": ("a.txt", b"", "empty_file"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_why(city: City, name: str) -> None:
    shown, data, code = REFUSED[name]
    with pytest.raises(Refused) as refused:
        uploads.keep(city.actor("zhao").person, "p", "proof", SimpleUploadedFile(shown, data), at=clock.now())
    assert [one.code for one in refused.value.refusals] == [code]


def test_a_name_is_shown_and_never_obeyed(city: City, case: Case) -> None:
    """No folder, no turned direction, no line of its own; in the answer's header it is a name and nothing more."""
    do(city, case, "review", by="zhou", outcome="fit", reasons="可以")
    zhao = city.actor("zhao").person
    odd = "..\\..\\a;filename=evil.exe\r\nX-Y: 1\u202etxt.exe\x00.txt"
    proof = uploads.keep(zhao, "p", "proof", SimpleUploadedFile("a.txt", b"x"), at=clock.now())
    type(proof).objects.filter(pk=proof.pk).update(name=uploads._clean_name(odd))
    served = {"party": "云州市财政局", "manner": "direct", "served_on": clock.now().date().isoformat()}
    do(city, case, "serve", by="zhao", targets=["review"], files={"proof": [proof.pk]}, **served)
    answer = browse(city, "zhao").get(f"/cases/{case.key}/files/{proof.pk}/")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="a;filename=evil.exeX-Y: 1txt.exe.txt"'
    assert answer["X-Content-Type-Options"] == "nosniff" and "X-Y" not in answer
    assert "sandbox" in answer["Content-Security-Policy"]
