from django.urls import path

from fadu.city.participation import views

urlpatterns = [
    path("consultations/", views.consultations, name="consultations"),
    path("consultations/receipt/", views.receipt, name="comment_receipt"),
    path("consultations/<str:key>/", views.consultation, name="consultation"),
    path("consultations/<str:key>/comment/", views.comment, name="comment"),
    path("consultations/<str:key>/comments/", views.comments, name="comments"),
    path("consultations/<str:key>/answers/", views.answers, name="answers"),
    path("consultations/<str:key>/leaves.json", views.leaves, name="comment_leaves"),
    path("consultations/<str:key>/files/<int:pk>/", views.file, name="consultation_file"),
    path("consultations/<str:key>/work/", views.work, name="consultation_work"),
    path("consultations/<str:key>/moderate/", views.moderate, name="moderate_comments"),
    path("consultations/<str:key>/answer/", views.answer, name="answer_comments"),
]
