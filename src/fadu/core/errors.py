"""Two kinds of failure, never mixed: the world is wrong (a reasoned answer) or we are wrong (crash loudly).

A *refusal* is a value: the law, or the state of a matter, does not allow what was asked. A *bad input* is an
exception that says what is wrong, where, why it matters and how to mend it. Anything else is our own bug and
is never caught.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Refusal:
    """Why something may not be done now.

    ``code`` is stable and machine-readable (``missing_step``, ``too_early``, ``same_person`` …); ``sentence`` is
    Chinese and complete; ``basis`` is the citation in printed form (``《…》（国务院令第713号）第二十五条第二款``) or empty
    where no law but the form itself asks it; ``cure`` says what would make it possible; ``subject`` names the
    step, field or file meant.
    """

    code: str
    sentence: str
    basis: str = ""
    cure: str = ""
    subject: str = ""

    def __str__(self) -> str:
        return self.sentence + (f"——{self.basis}" if self.basis else "")

    def as_json(self) -> dict[str, str]:
        """The refusal in the one JSON error shape."""
        return asdict(self)


class Refused(Exception):
    """Carries every reason why an act was refused, never only the first."""

    def __init__(self, *refusals: Refusal) -> None:
        if not refusals:
            raise ValueError("a refusal needs at least one reason")
        self.refusals = tuple(refusals)
        super().__init__("；".join(str(refusal) for refusal in refusals))


class InputError(Exception):
    """The input cannot be used: what is wrong, where, why, and how to mend it. Nothing was changed."""

    code = "bad_input"

    def __init__(self, what: str, *, where: str = "", why: str = "", cure: str = "") -> None:
        self.what, self.where, self.why, self.cure = what, where, why, cure
        parts = [f"{where}：{what}" if where else what]
        parts += [part for part in (why, cure) if part]
        super().__init__("。".join(part.rstrip("。") for part in parts) + "。")

    def as_json(self) -> dict[str, str]:
        """The error in the one JSON error shape."""
        return {"code": self.code, "what": self.what, "where": self.where, "why": self.why, "cure": self.cure}


class DefinitionError(InputError):
    """A file of the statute book (``law/``) is wrong; ``where`` names file and step."""

    code = "bad_definition"
