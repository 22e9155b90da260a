from django.urls import path

from fadu.city.archives import views

urlpatterns = [
    path("archives/", views.archive, name="archives"),
    path("archives/<str:key>/<int:acts>.<slug:part>", views.download, name="archive_package"),
]
