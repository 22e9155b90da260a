"""Who stands at the door: a natural person, the posts he holds that day, and how freshly he proved himself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from fadu.city.accounts.models import Mandate, Person, User
from fadu.city.authority.models import Organ
from fadu.city.ledger.acts import Citizen, Official, System, Who
from fadu.core.errors import Refusal


@dataclass(frozen=True)
class Holding:
    """A post in force for a person on a day: as its holder, or by delegation for some of its functions."""

    organ: Organ
    post: str
    functions: frozenset[str]
    appointment: int
    delegated: bool = False
    # 轮岗到期日, for a post that rotates; ``key_post`` where power is concentrated.
    rotation_due: date | None = None
    key_post: bool = False


@dataclass(frozen=True)
class Actor:
    """A person acting. ``mandate`` is the one by which he acts for another; ``source`` the channel through which he came."""

    person: Person
    user: User | None = None
    holdings: tuple[Holding, ...] = ()
    proved_at: datetime | None = None
    mandate: Mandate | None = None
    source: str = "web"
    # Come by a token (接口令牌): the person himself is not there, so nothing that needs his presence can be done.
    token: bool = False

    def __post_init__(self) -> None:
        # Accounts of citizens and enterprises never hold staff rights, whoever built this actor, whatever the tables say.
        if self.user is not None and self.user.kind != User.Kind.OFFICIAL:
            object.__setattr__(self, "holdings", ())

    @property
    def behalf(self) -> Person | None:
        """The one he acts for by mandate, or None."""
        return self.mandate.principal if self.mandate is not None else None

    @property
    def stands_for(self) -> Person:
        """Whose standing as a party counts: his own, or that of the one he acts for."""
        return self.behalf or self.person

    @property
    def official(self) -> bool:
        """Staff rights come from an official's account with a post in force, from nothing else."""
        return bool(self.holdings) and (self.user is None or self.user.kind == User.Kind.OFFICIAL)

    def who(self, held: Holding | None = None) -> Who:
        """How this person stands in a leaf: an official by the post he acts in, a citizen by a pseudonym."""
        if self.source in ("install", "clock"):
            return System(self.person.name)
        if held is None and self.official:
            held = self.holdings[0]
        if held is not None:
            return Official(f"{held.organ.short}{held.post}", self.person.key)
        return Citizen(self.person.key)

    def holding(self, organ: Organ, function: str) -> Holding | None:
        """The post by which this person has the function in the organ; one of his own before a delegated one."""
        found = [held for held in self.holdings if held.organ.pk == organ.pk and function in held.functions]
        return min(found, key=lambda held: held.delegated, default=None)

    def freshly_proved(self, at: datetime) -> bool:
        """Whether the last full proof of identity is fresh enough to approve, sign or decide."""
        limit = timedelta(seconds=settings.FADU_PROOF_FRESH_SECONDS)
        return self.proved_at is not None and at - self.proved_at <= limit


NOT_BY_TOKEN = Refusal(
    "prove_again",
    "接口令牌不能用于审核、批准、签署或者决定",
    cure="须本人在场：请登录并重新核验身份后，在页面上或者用会话办理",
)
PROVE_AGAIN = Refusal(
    "prove_again",
    "审核、批准、签署或者决定前须重新核验身份",
    cure="请输入口令和动态口令后再提交，已填写的内容会保留",
)
