"""Addresses of the accounts."""

from __future__ import annotations

from django.urls import include, path

from convive.web.accounts.views import (
    links,
    organisations,
    own,
    people,
    policy,
    second_factor,
    second_step,
    session,
    town,
)

_sign_in = [
    path("sign-in/", session.sign_in, name="sign-in"),
    path("sign-in/second-step/", second_step.second_step, name="second-step"),
    path("sign-in/town/", town.set_out, name="town-sign-in"),
    path("sign-in/town/return/", town.come_back, name="town-return"),
    path("sign-out/", session.sign_out, name="sign-out"),
    path("invitation/<str:token>/", links.invitation, name="invitation"),
    path("welcome/<str:token>/", links.welcome, name="welcome"),
]
_own = [
    path("password/", session.password, name="password"),
    path("account/", own.own_account, name="own-account"),
    path("account/end-others/", own.end_others, name="end-other-sessions"),
    path("account/second-factor/", second_factor.second_factor, name="second-factor"),
    path("account/second-factor/app/", second_factor.add_app, name="second-factor-app"),
    path("account/second-factor/key/", second_factor.add_key, name="second-factor-key"),
    path("account/second-factor/codes/", second_factor.recovery_codes, name="recovery-codes"),
    path("account/second-factor/remove/", second_factor.remove_factor, name="second-factor-remove"),
]  # fmt: skip
_people = [
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite_person, name="invite"),
    path("people/signing-in/", policy.sign_in_policy, name="sign-in-policy"),
    path("people/<int:account_id>/", people.person, name="person"),
    path("people/<int:account_id>/link/", people.new_link, name="new-link"),
    path(
        "people/<int:account_id>/second-factor/", people.reset_factor, name="reset-second-factor"
    ),
    path("people/<int:account_id>/vouch/", people.vouch_for, name="vouch"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/add/", organisations.organisation_add, name="organisation-add"),
    path(
        "organisations/<int:organisation_id>/", organisations.organisation, name="organisation"
    ),
]  # fmt: skip
urlpatterns = [path("<language:language>/work/", include([*_sign_in, *_own, *_people]))]
