from django.urls import path

from fadu.city.portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("receipts/<str:leaf>/", views.receipt, name="receipt"),
]
