"""Addresses of the accounts."""

from __future__ import annotations

from django.urls import include, path

from convive.web.accounts.views import links, people, session

_work = [
    path("sign-in/", session.sign_in, name="sign-in"),
    path("sign-out/", session.sign_out, name="sign-out"),
    path("password/", session.password, name="password"),
    path("invitation/<str:token>/", links.invitation, name="invitation"),
    path("welcome/<str:token>/", links.welcome, name="welcome"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite_person, name="invite"),
    path("people/<int:account_id>/", people.person, name="person"),
    path("people/<int:account_id>/link/", people.new_link, name="new-link"),
]
urlpatterns = [path("<language:language>/work/", include(_work))]
