from django.urls import path

from fadu.city.supervision import views

urlpatterns = [
    path("supervision/", views.wall, name="supervision"),
    path("supervision/read/", views.take_reading, name="take_reading"),
    path("supervision/indicators/<slug:procedure>/<slug:name>/", views.indicator, name="indicator"),
    path("supervision/<slug:name>/", views.reading, name="reading"),
]
