"""常用筛选: a person's own list queries under names of his choice. Like drafts they bind nobody and leave no trace."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import QueryDict

from fadu.city.accounts.models import Person
from fadu.city.cases.models import SavedFilter
from fadu.core.errors import Refusal, Refused

WORDS = ("q", "procedure", "organ", "state", "year", "order", "cols")
MOST, NAME_MAX, QUERY_MAX = 30, 60, 500


def keep(person: Person, name: str, asked: Mapping[str, str]) -> SavedFilter:
    """Keep the query under the name; the same name again replaces it. Words that no list knows are left out."""
    name = name.strip()
    if not 1 <= len(name) <= NAME_MAX:
        raise Refused(
            Refusal("bad_name", f"名称须为 1 至 {NAME_MAX} 字", cure="请改短或者填写名称", subject="name")
        )
    query = QueryDict(mutable=True)
    query.update({word: asked[word].strip() for word in WORDS if asked.get(word, "").strip()})
    if not query:
        raise Refused(Refusal("empty", "没有筛选条件可以保存", cure="请先筛选，再保存", subject="name"))
    written = query.urlencode()
    if len(written) > QUERY_MAX:
        raise Refused(Refusal("too_long", "筛选条件过长", cure="请减少搜索词", subject="q"))
    others = SavedFilter.objects.filter(person=person).exclude(name=name)
    if others.count() >= MOST:
        raise Refused(
            Refusal("too_many", f"最多保存 {MOST} 个常用筛选", cure="请先删除不用的", subject="name")
        )
    row, _ = SavedFilter.objects.update_or_create(person=person, name=name, defaults={"query": written})
    return row


def drop(person: Person, pk: int) -> None:
    """Forget one of one's own; another's is left alone."""
    SavedFilter.objects.filter(person=person, pk=pk).delete()
