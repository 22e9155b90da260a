from django.urls import path

from fadu.city.authority import views, views_account, views_contact, views_oidc, views_staffing, views_tokens

urlpatterns = [
    path("login/", views.log_in, name="log_in"),
    path("login/oidc/", views_oidc.begin, name="oidc_begin"),
    path("login/oidc/callback/", views_oidc.callback, name="oidc_callback"),
    path("login/code/", views_oidc.second_code, name="second_code"),
    path("logout/", views.log_out, name="log_out"),
    path("prove/", views.prove_again, name="prove_again"),
    path("signup/", views.sign_up, name="sign_up"),
    path("account/", views_account.account, name="account"),
    path("account/password/", views_account.password, name="password"),
    path("account/second-factor/", views_account.second_factor, name="second_factor"),
    path("account/sessions/end/", views_account.end_sessions, name="end_sessions"),
    path("account/act-for/", views_account.act_for, name="act_for"),
    path("account/mandates/give/", views_account.give_mandate, name="give_mandate"),
    path("account/mandates/<int:pk>/revoke/", views_account.revoke_mandate, name="revoke_mandate"),
    path("account/contact/", views_contact.contact, name="contact"),
    path("account/contact/confirm/", views_contact.confirm, name="confirm_contact"),
    path("account/tokens/", views_tokens.token_list, name="tokens"),
    path("account/tokens/new/", views_tokens.issue_token, name="issue_token"),
    path("account/tokens/<int:pk>/revoke/", views_tokens.revoke_token, name="revoke_token"),
    path("my/delegations/", views_staffing.my_delegations, name="my_delegations"),
    path("my/delegations/<int:pk>/revoke/", views_staffing.revoke_delegation, name="revoke_delegation"),
    path("staffing/", views_staffing.staffing, name="staffing"),
    path("staffing/<slug:name>/", views_staffing.staffing_form, name="staffing_form"),
    path("demo/persona/", views.switch_persona, name="switch_persona"),
    path("demo/clock/", views.advance_clock, name="advance_clock"),
    path("organs/", views.organs, name="organs"),
    path("organs/<str:code>/", views.organ, name="organ"),
]
