"""The table of contents of the site. Which visitor may open which page is tested in tests/conformance/test_access.py."""

from django.urls import include, path

from fadu.city import wiring

wiring.wire()

urlpatterns = [
    path("", include("fadu.city.api.urls")),
    path("", include("fadu.city.portal.urls")),
    path("", include("fadu.city.ledger.urls")),
    path("", include("fadu.city.authority.urls")),
    path("", include("fadu.city.cases.urls")),
    path("", include("fadu.city.participation.urls")),
    path("", include("fadu.city.planning.urls")),
    path("", include("fadu.city.supervision.urls")),
    path("", include("fadu.city.archives.urls")),
]

handler400 = "fadu.city.web.views.bad_request"
handler403 = "fadu.city.web.views.forbidden"
handler404 = "fadu.city.web.views.not_found"
handler500 = "fadu.city.web.views.server_error"
