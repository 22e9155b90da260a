from django.urls import path

from fadu.city.planning import views

urlpatterns = [
    path("plans/", views.plans, name="plans"),
    path("plans/import/", views.import_page, name="plan_import"),
    path("plans/<str:key>/", views.board, name="plan_board"),
    path("plans/<str:key>/issue/", views.issue, name="plan_issue"),
    path("plans/<str:key>/tasks/<int:task>/drop/", views.drop, name="plan_drop"),
]
