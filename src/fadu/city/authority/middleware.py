"""Who is asking: the session's account, its limits, and the actor behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from fadu.city.accounts.models import User
from fadu.city.authority import clock, queries

Handler = Callable[[HttpRequest], HttpResponse]
_USER, _GENERATION, _SEEN, _BEGAN, _PROVED = "user", "generation", "seen", "began", "proved"
# Writing the session at each click would queue readers behind writers; once a minute is exact enough for an idle limit.
_SEEN_STEP = 60


def remember(request: HttpRequest, user: User) -> None:
    """Begin a session for an account that has just proved itself (the session's key changes: ASVS 7.2.4)."""
    request.session.flush()
    moment = clock.wall().timestamp()
    request.session.update(
        {_USER: user.pk, _GENERATION: user.generation, _BEGAN: moment, _SEEN: moment, _PROVED: moment}
    )


def remember_proof(request: HttpRequest) -> None:
    """The person has just proved himself again (重新核验)."""
    request.session[_PROVED] = clock.wall().timestamp()


def session_rules(get_response: Handler) -> Handler:
    """Attach ``request.user`` (or None) and ``request.actor`` (or None); end sessions past their limits."""

    def handle(request: HttpRequest) -> HttpResponse:
        request.user = _user_of(request)
        request.actor = None
        if request.user is not None:
            proved = datetime.fromtimestamp(request.session[_PROVED], clock.ZONE)
            moment = clock.now()
            # Freshness is measured on the wall, whatever a demonstration's clock says.
            fresh = (clock.wall() - proved).total_seconds() <= settings.FADU_PROOF_FRESH_SECONDS
            request.actor = queries.actor_for(request.user, at=moment, proved_at=moment if fresh else None)
        return get_response(request)

    return handle


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
