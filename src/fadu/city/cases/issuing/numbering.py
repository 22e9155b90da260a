"""文号: 〔年〕号 without gaps. A number is taken under the row lock of its series and returned if the act fails."""

from __future__ import annotations

from fadu.city.authority.models import Organ
from fadu.city.cases.models import NumberSeries


def take(organ: Organ, series: str, year: int) -> int:
    """The next number of the series of an organ in a year; the lock holds until the act commits."""
    row, _ = NumberSeries.objects.select_for_update().get_or_create(organ=organ, series=series, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last


def written(form: str, organ: Organ, year: int, number: int) -> str:
    """云府决〔2026〕12号, from a form such as ``{mark}决〔{year}〕{n}号``; the year whole, no leading zero, no 第."""
    return form.format(mark=organ.mark or organ.short, year=year, n=number)
