"""Addresses of notices and letters."""

from __future__ import annotations

from django.urls import include, path

from convive.web.notices.views import letters, notices

_work = [
    path("notices/", notices.mine, name="notices"),
    path("notices/read/", notices.read, name="notices-read"),
    path("notices/mail/", notices.mail_choice, name="notices-mail"),
    path("mails/", letters.mails, name="mails"),
    path("mails/<int:mail_id>/again/", letters.again, name="mail-again"),
    path("people/<int:account_id>/link/mail/", letters.mail_link, name="mail-link"),
]
urlpatterns = [path("<language:language>/work/", include(_work))]
