"""Addresses of the API: its page, its document, its operations."""

from django.urls import path

from fadu.city.api import views
from fadu.city.api.errors import shaped
from fadu.city.api.operations import api

_patterns, _app, _namespace = api.urls
for _one in _patterns:
    _one.callback = shaped(_one.callback)

urlpatterns = [
    path("api/", views.index, name="api_index"),
    path("api/", (_patterns, _app, _namespace)),
]
