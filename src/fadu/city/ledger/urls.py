from django.urls import path

from fadu.city.ledger import views

urlpatterns = [
    path("log/checkpoint", views.checkpoint, name="log_checkpoint"),
    path("log/checkpoint/<int:size>", views.stamped, name="log_stamped"),
    path("log/timestamp/<int:size>.tsr", views.stamp, name="log_stamp"),
    path("log/tile/<path:path>", views.tile, name="log_tile"),
]
