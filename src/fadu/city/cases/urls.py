from django.urls import path

from fadu.city.cases import several, views, views_law, views_rights
from fadu.city.cases.corrections import correcting
from fadu.city.cases.files import viewing
from fadu.city.cases.issuing import fetching
from fadu.city.cases.screens import lists
from fadu.city.cases.telling import feeds

urlpatterns = [
    path("law/", views_law.statutes, name="law"),
    path("law/propose/overlay/", views_law.propose_overlay, name="propose_overlay"),
    path("law/propose/calendar/", views_law.propose_calendar, name="propose_calendar"),
    path("law/propose/repeal/", views_law.propose_repeal, name="propose_repeal"),
    path("law/<int:pk>/", views_law.law_file, name="law_file"),
    path("my/", views.my_day, name="my_day"),
    path("my/together/<slug:procedure>/<slug:name>/", several.several, name="several"),
    path("my/reads/", views_rights.my_reads, name="my_reads"),
    path("staffing/leave/<int:pk>/", views_rights.leave_post, name="leave_post"),
    path("my/reminders/", feeds.reminders, name="reminders"),
    path("my/reminders/seen/", feeds.seen, name="reminders_seen"),
    path("my/calendar/", feeds.subscribe, name="calendar_subscribe"),
    path("my/served/", fetching.served, name="served"),
    path("calendar/<str:token>.ics", feeds.calendar, name="calendar"),
    path("cases/export/<str:kind>/", lists.export, name="case_export"),
    path("cases/filters/keep/", lists.keep_filter, name="keep_filter"),
    path("cases/filters/<int:pk>/drop/", lists.drop_filter, name="drop_filter"),
    path("cases/", views.case_list, name="case_list"),
    path("cases/new/<slug:procedure>/", views.new_case, name="new_case"),
    path("cases/draft/drop/", views.drop_draft, name="drop_draft"),
    path("cases/<str:key>/", views.case, name="case"),
    path("cases/<str:key>/graph/", views.graph, name="case_graph"),
    path("cases/<str:key>/responsible/", views.responsible, name="case_responsible"),
    path("cases/<str:key>/correct/<int:seq>/", correcting.correct, name="case_correct"),
    path("cases/<str:key>/files/<int:pk>/", viewing.file, name="case_file"),
    path("cases/<str:key>/files/<int:pk>/view/", viewing.view, name="case_file_view"),
    path("cases/<str:key>/documents/<int:pk>.<str:kind>", fetching.document, name="case_document"),
]
