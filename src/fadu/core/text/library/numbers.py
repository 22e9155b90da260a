"""Works by the number under which they were issued: 国务院令第713号, X府发〔2018〕3号."""

from __future__ import annotations

from fadu.core.text.citations import Ref
from fadu.core.text.citations.numbers import number_ref
from fadu.core.text.outline import Outline


def number_key(ref: Ref) -> tuple[str, str]:
    """(issuer, rest) of a number as it is compared: 国务院 and 中华人民共和国国务院 are one issuer, every bracket habit one form.

    The issuer is empty for a document number, whose prefix (国办发) names it.
    """
    if ref["kind"] == "文号":
        return "", ref["normal_form"]
    issuer = str(ref.get("issuer", "")).replace("中华人民共和国", "")
    year = f"{ref['year']}年" if "year" in ref else ""
    return issuer, f"{ref['kind']}{year}第{ref['number']}号"


def numbers(outline: Outline) -> list[tuple[str, str]]:
    """Every number under which a text was issued or amended, as its head and its notes tell."""
    told = [outline.number, *(f"{event.by}{event.number}" for event in outline.dates if event.number)]
    found = (number_ref(words) for words in told if words)
    return list(dict.fromkeys(number_key(ref) for ref in found if ref is not None))
