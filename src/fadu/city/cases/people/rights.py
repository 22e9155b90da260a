"""What somebody reads because he said it himself: his own answers and papers in his own matter, whatever their class."""

from __future__ import annotations

from fadu.city.accounts.models import Person
from fadu.city.cases.models import Act


def own(act: Act, reader: Person | None, standing: frozenset[str]) -> bool:
    """Whether this party did the act himself, without a post, or somebody did it for him by mandate (代理).

    A copy of one's own personal data is one's right (个人信息保护法第四十五条). What an official wrote of him, and what
    another party said, is none of his own: there the class of the field and the step's readers decide.
    """
    if reader is None or "party" not in standing:
        return False
    if principal := act.data.get("on_behalf"):
        return bool(principal == reader.key)
    return any(
        one["person"] == reader.key and not one.get("post", "") for one in act.data.get("performers", ())
    )
