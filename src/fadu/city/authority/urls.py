from django.urls import path

from fadu.city.authority import views

urlpatterns = [
    path("login/", views.log_in, name="log_in"),
    path("logout/", views.log_out, name="log_out"),
    path("prove/", views.prove_again, name="prove_again"),
    path("signup/", views.sign_up, name="sign_up"),
    path("demo/persona/", views.switch_persona, name="switch_persona"),
    path("demo/clock/", views.advance_clock, name="advance_clock"),
    path("organs/", views.organs, name="organs"),
    path("organs/<str:code>/", views.organ, name="organ"),
]
