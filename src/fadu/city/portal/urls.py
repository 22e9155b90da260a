from django.urls import path

from fadu.city.portal import views, views_content, views_data, views_messages, views_receipt, views_trace

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("decisions/", views.decisions, name="decisions"),
    path("public/<str:key>/", views.public_case, name="public_case"),
    path("public/<str:key>/files/<int:pk>/", views.public_file, name="public_file"),
    path("matter/", views.matter, name="matter"),
    path("matter/send-code/", views_content.send, name="matter_send"),
    path("matter/enter/", views_content.enter, name="matter_enter"),
    path("matter/content/", views_content.matter_content, name="matter_content"),
    path("matter/content/close/", views_content.close, name="matter_close"),
    path("matter/content/files/<int:pk>/", views_content.content_file, name="matter_file"),
    path(
        "matter/content/documents/<int:pk>.<str:kind>", views_content.content_document, name="matter_document"
    ),
    path("demo/messages/", views_messages.messages, name="demo_messages"),
    path("verify/", views_receipt.verify, name="verify"),
    path("verify/fadu-verify.pyz", views_receipt.verifier, name="verifier"),
    path("receipts/<str:leaf>.json", views_receipt.receipt_file, name="receipt_file"),
    path("receipts/<str:leaf>.proof", views_receipt.proof_file, name="proof_file"),
    path("receipts/<str:leaf>/", views_receipt.receipt, name="receipt"),
    path("trace/", views_trace.trace, name="trace"),
    path("open-data/", views_data.open_data, name="open_data"),
    path("open-data/<slug:name>.<slug:kind>", views_data.dataset, name="dataset"),
    path("feeds/<slug:name>.atom", views_data.feed, name="feed"),
]
