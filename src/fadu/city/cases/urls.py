from django.urls import path

from fadu.city.cases import views

urlpatterns = [
    path("my/", views.my_day, name="my_day"),
    path("cases/", views.case_list, name="case_list"),
    path("cases/new/<slug:procedure>/", views.new_case, name="new_case"),
    path("cases/draft/drop/", views.drop_draft, name="drop_draft"),
    path("cases/<str:key>/", views.case, name="case"),
    path("cases/<str:key>/graph/", views.graph, name="case_graph"),
    path("cases/<str:key>/files/<int:pk>/", views.file, name="case_file"),
]
