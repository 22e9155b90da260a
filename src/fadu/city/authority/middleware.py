"""Who is asking: the session's account, its limits, and the actor behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from fadu.city.accounts.models import User
from fadu.city.authority import clock, queries
from fadu.city.authority.actor import Actor
from fadu.city.web.answers import must_change

# A password given by somebody else serves once: to choose another. Until then nothing but this is open.
_BEFORE_ALL = ("/account/password/", "/logout/")
Handler = Callable[[HttpRequest], HttpResponse]
_USER, _GENERATION, _SEEN, _BEGAN, _PROVED = "user", "generation", "seen", "began", "proved"
_PERSONA, _MANDATE, _PENDING = "persona", "mandate", "pending"
# How long somebody whose password was right may take over his second factor.
_PENDING_SECONDS = 600
# Writing the session at each click would queue readers behind writers; once a minute is exact enough for an idle limit.
_SEEN_STEP = 60


def session_of(user: User, moment: float, *, persona: bool = False) -> dict[str, object]:
    """What a session holds from its beginning. ``persona``: taken by a demonstration's switch, no proof was given."""
    return {
        _USER: user.pk,
        _GENERATION: user.generation,
        _BEGAN: moment,
        _SEEN: moment,
        _PROVED: moment,
        _PERSONA: persona,
    }


def remember(request: HttpRequest, user: User, *, persona: bool = False) -> None:
    """Begin a session for an account that has just proved itself (the session's key changes: ASVS 7.2.4)."""
    request.session.flush()
    request.session.update(session_of(user, clock.wall().timestamp(), persona=persona))


def renew(request: HttpRequest, user: User) -> None:
    """Go on after a change of one's own that ended every session of the account: a new key, what was proved stays."""
    proved, persona = request.session[_PROVED], bool(request.session.get(_PERSONA))
    request.session.cycle_key()
    request.session.update(session_of(user, clock.wall().timestamp(), persona=persona) | {_PROVED: proved})


def remember_proof(request: HttpRequest) -> None:
    """The person has just proved himself again (重新核验)."""
    request.session[_PROVED] = clock.wall().timestamp()


def hold_pending(request: HttpRequest, user: User, way: str) -> None:
    """The first factor was right; nobody is logged in until the second is given or enrolled."""
    request.session.flush()
    request.session[_PENDING] = {"user": user.pk, "at": clock.wall().timestamp(), "way": way}


def pending(request: HttpRequest) -> tuple[User, str] | None:
    """Whose first factor was right a short while ago, and by which way, or None."""
    held = request.session.get(_PENDING)
    if held is None or clock.wall().timestamp() - held["at"] > _PENDING_SECONDS:
        return None
    user = User.objects.select_related("person").filter(pk=held["user"], active=True).first()
    return None if user is None else (user, held["way"])


def act_for(request: HttpRequest, mandate: int | None) -> None:
    """Choose for whom this session acts by mandate; None: for oneself."""
    if mandate is None:
        request.session.pop(_MANDATE, None)
    else:
        request.session[_MANDATE] = mandate


def session_rules(get_response: Handler) -> Handler:
    """Attach ``request.user`` (or None) and ``request.actor`` (or None); end sessions past their limits."""

    def handle(request: HttpRequest) -> HttpResponse:
        request.user = _user_of(request)
        request.actor = None
        if request.user is not None:
            request.actor = _actor_of(request, request.user)
            if request.user.must_change_password and request.path not in _BEFORE_ALL:
                return must_change(request, _BEFORE_ALL[0])
        return get_response(request)

    return handle


def _actor_of(request: HttpRequest, user: User) -> Actor:
    proved = datetime.fromtimestamp(request.session[_PROVED], clock.ZONE)
    moment = clock.now()
    # Freshness is measured on the wall, whatever a demonstration's clock says. In a demonstration the persona switch
    # stands for the proof, for as long as the session; no other session and no real system knows that exception.
    fresh = (clock.wall() - proved).total_seconds() <= settings.FADU_PROOF_FRESH_SECONDS
    fresh = fresh or (settings.FADU_DEMO and request.session.get(_PERSONA) is True)
    mandate = queries.mandate_of(user.person, request.session.get(_MANDATE), moment.date())
    if mandate is None:
        request.session.pop(_MANDATE, None)
    return queries.actor_for(user, at=moment, proved_at=moment if fresh else None, mandate=mandate)


def _user_of(request: HttpRequest) -> User | None:
    key = request.session.get(_USER)
    if key is None:
        return None
    moment = clock.wall().timestamp()
    idle = moment - request.session.get(_SEEN, 0) > settings.FADU_SESSION_IDLE_SECONDS
    old = moment - request.session.get(_BEGAN, 0) > settings.SESSION_COOKIE_AGE
    user = User.objects.select_related("person").filter(pk=key, active=True).first()
    if idle or old or user is None or user.generation != request.session.get(_GENERATION):
        request.session.flush()
        return None
    if moment - request.session[_SEEN] > _SEEN_STEP:
        request.session[_SEEN] = moment
    return user
