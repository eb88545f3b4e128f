"""Letters: at most once, with nothing personal, and shown where nobody knows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from convive.catalogue.texts import say
from convive.core.errors import RequestError
from convive.web.accounts.models import Account, Invitation
from convive.web.audit_log.models import Event
from convive.web.jobs import claims, work
from convive.web.jobs.models import Run
from convive.web.jobs.worker import Worker
from convive.web.notices import sending, smtp
from convive.web.notices.actions import choose_mail, mail_again, mark_read, notify
from convive.web.notices.jobs import make_digests
from convive.web.notices.models import Mail, Notice
from convive.web.roles import Role
from factories.mail_server import mail_server
from factories.web_objects.accounts import make_account

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECRET = "Knife at 3 Quay Street"

pytestmark = pytest.mark.usefixtures("site")


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


def told(n: int = 3, **fields: Any) -> Account:
    account = make_account(name="Ana Example", **fields)
    for number in range(n):
        key = f"{account.pk}:{number}"
        notify(account, "test.due", key=key, address="/en/work/x/", title=SECRET)
    return account


def work_off(now: datetime = NOON) -> None:
    worker = Worker(lambda: now)
    worker.enter_day = lambda: None  # type: ignore[method-assign]
    worker.empty()


@pytest.mark.usefixtures("each_database")
def test_the_letter_of_the_day_tells_how_much_and_where_and_nothing_else(settings: Any) -> None:
    told(email="ana@town.example", language="de")
    told(0)
    off = told()
    choose_mail(off, wants_digest=False)
    told(is_active=False)
    with mail_server(settings) as server:
        assert make_digests(NOON) == {"mails": 1}
        assert make_digests(NOON) == {"mails": 0}
        work_off()
    assert [(a, b) for a, b, _ in server.taken] == [("office@town.example", "ana@town.example")]
    (letter,) = server.letters()
    html = letter.get_body(("html",)).get_content()  # type: ignore[union-attr]
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    for said in (text, html):
        assert say("mails.digest.others", "de", n=3) in said
        assert "https://security.town.example/de/work/notices/" in said
    whole = server.taken[0][2].decode()
    assert [word for word in (SECRET, "Ana", "Quay", "test.due") if word in text + html] == []
    assert "Ana" not in whole.replace("ana@", "")
    assert "http://" not in html
    assert letter["Auto-Submitted"] == "auto-generated"
    assert Mail.objects.get().state == "sent"


@pytest.mark.usefixtures("each_database")
def test_what_a_letter_told_the_next_one_does_not_tell(settings: Any) -> None:
    ana = told()
    with mail_server(settings) as server:
        make_digests(NOON)
        work_off()
        assert make_digests(NOON + timedelta(days=1)) == {"mails": 0}
        notify(ana, "test.due", key="new")
        assert make_digests(NOON + timedelta(days=1)) == {"mails": 1}
        work_off()
    assert len(server.taken) == 2
    assert say("mails.digest.others", "en", n=1) in server.taken[1][2].decode()


@pytest.mark.usefixtures("each_database")
def test_what_was_read_meanwhile_needs_no_letter(settings: Any) -> None:
    ana = told()
    with mail_server(settings) as server:
        make_digests(NOON)
        mark_read(ana)
        work_off()
    assert server.taken == []
    assert not Mail.objects.exists()
    assert Run.objects.get().outcome == {"state": "nothing"}


@pytest.mark.usefixtures("each_database")
def test_without_a_server_no_letter_is_made(settings: Any) -> None:
    told()
    settings.CONVIVE_SMTP = ""
    assert make_digests(NOON) == {"mails": 0}
    assert Notice.objects.filter(mail=None).count() == 3


@pytest.mark.usefixtures("each_database")
@pytest.mark.parametrize(
    ("answers", "state", "code", "waits"),
    [
        ({"BEGIN": "drop"}, "waiting", "MAIL_NOT_TAKEN", True),
        ({"BEGIN": "421 busy"}, "waiting", "MAIL_NOT_TAKEN", True),
        ({"RCPT": "451 later"}, "waiting", "MAIL_NOT_TAKEN", True),
        ({"RCPT": "drop"}, "waiting", "MAIL_NOT_TAKEN", True),
        ({"RCPT": "550 nobody"}, "failed", "MAIL_REFUSED", False),
        ({"DATA": "554 no"}, "failed", "MAIL_REFUSED", False),
        ({"END": "452 full"}, "waiting", "MAIL_NOT_TAKEN", True),
        ({"END": "550 spam"}, "failed", "MAIL_REFUSED", False),
        ({"END": "drop"}, "unknown", "MAIL_LINE_BROKE", False),
    ],
)
def test_what_the_server_does_decides_whether_it_may_be_repeated(
    settings: Any, answers: dict[str, str], state: str, code: str, waits: bool
) -> None:
    told()
    with mail_server(settings, **answers):
        make_digests(NOON)
        work_off()
    mail, run = Mail.objects.get(), Run.objects.get()
    assert (mail.state, mail.error_code) == (state, code)
    assert run.state == ("waiting" if waits else "done")
    with mail_server(settings) as server:
        work_off(NOON + timedelta(hours=1))
    assert len(server.taken) == int(waits), "only what surely did not go out is repeated"


@pytest.mark.usefixtures("each_database")
def test_a_worker_that_dies_while_a_letter_goes_out_leaves_it_unknown(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told()
    with mail_server(settings) as server:
        make_digests(NOON)
        run = claims.take(NOON)
        assert run is not None
        with monkeypatch.context() as patched:
            patched.setattr(claims, "end", _die)
            patched.setattr(claims, "hand_back", _die)
            with pytest.raises(KeyboardInterrupt):
                work.do(run, lambda: NOON)
        assert Mail.objects.get().state == "sending"
        work_off(NOON + timedelta(hours=1))
        mail = Mail.objects.get()
        assert (mail.state, mail.error_code) == ("unknown", "MAIL_WORKER_LOST")
        work_off(NOON + timedelta(days=1))
        assert len(server.taken) == 1
        mail_again(mail, by=make_account(Role.COORDINATOR))
        work_off(NOON + timedelta(days=1))
        assert len(server.taken) == 2, "a person decided"
    assert Mail.objects.get().state == "sent"


def _die(*_asked: Any) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    "url",
    ["", "http://host", "smtp://", "smtp://host:x", "smtp://host?tls=1", "smtp://h?from=a%0d%0ab",
     "smtp://h?from=a,b"],
)  # fmt: skip
def test_a_setting_that_is_not_understood_is_told(url: str) -> None:
    with pytest.raises(RequestError, match="MAIL_SETTING_NOT_VALID"):
        smtp.parse(url)


def test_a_setting_is_read_whole() -> None:
    found = smtp.parse("smtp://ana%40town.example:a%2Fb%3A@mail.town.example:587?starttls=1")
    assert (found.user, found.password) == ("ana@town.example", "a/b:")
    assert (found.port, found.starts_tls, found.sender) == (587, True, "ana@town.example")
    assert smtp.parse("smtps://mail.town.example").port == 465


def test_a_server_without_tls_gets_no_password_where_tls_was_asked_for(settings: Any) -> None:
    with mail_server(settings) as server:
        url = server.url.replace("smtp://", "smtp://ana:secret@") + "&starttls=1"
        came = smtp.deliver(smtp.parse(url), "ben@town.example", b"Subject: x\r\n\r\nx\r\n")
    assert came == smtp.Delivery.NOT_TAKEN
    assert server.logins == []


@pytest.mark.django_db
def test_a_link_is_sent_once_and_stays_shown(client: Client, settings: Any) -> None:
    client.force_login(make_account(Role.COORDINATOR))
    ben = make_account(email="ben@town.example", language="fr")
    with mail_server(settings) as server:
        page = client.post(f"/en/work/people/{ben.pk}/link/").content.decode()
        token = page.partition('name="token" value="')[2].partition('"')[0]
        address = f"/en/work/people/{ben.pk}/link/mail/"
        for _ in range(2):
            after = client.post(address, {"token": token}).content.decode()
            assert f"/fr/work/invitation/{token}/" in after
    (letter,) = server.letters()
    assert letter["To"] == "ben@town.example"
    body = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"https://security.town.example/fr/work/invitation/{token}/" in body
    assert Event.objects.filter(verb="notices.link_mailed").count() == 1
    assert token not in str(list(Mail.objects.values())) + str(list(Event.objects.values()))


@pytest.mark.django_db
def test_a_link_that_could_not_be_sent_is_still_shown(client: Client, settings: Any) -> None:
    client.force_login(make_account(Role.COORDINATOR))
    ben = make_account()
    with mail_server(settings, RCPT="451 later"):
        page = client.post(f"/en/work/people/{ben.pk}/link/").content.decode()
        token = page.partition('name="token" value="')[2].partition('"')[0]
        address = f"/en/work/people/{ben.pk}/link/mail/"
        after = client.post(address, {"token": token}).content.decode()
    assert token in after
    assert "Nothing was sent" in after


@pytest.mark.django_db
def test_the_link_of_one_account_is_not_sent_to_another(client: Client, settings: Any) -> None:
    client.force_login(make_account(Role.COORDINATOR))
    ana, ben = make_account(), make_account()
    with mail_server(settings) as server:
        page = client.post(f"/en/work/people/{ana.pk}/link/").content.decode()
        token = page.partition('name="token" value="')[2].partition('"')[0]
        for sent in (token, "", "x" * 5000):
            address = f"/en/work/people/{ben.pk}/link/mail/"
            assert client.post(address, {"token": sent}).status_code == 400
    assert server.taken == []
    assert Invitation.objects.count() == 1


@pytest.mark.django_db
def test_without_a_server_no_page_offers_to_send(client: Client, settings: Any) -> None:
    settings.CONVIVE_SMTP = ""
    client.force_login(make_account(Role.COORDINATOR))
    page = client.post(f"/en/work/people/{make_account().pk}/link/").content.decode()
    assert "link/mail/" not in page
    assert "e-mail" not in client.get("/en/work/notices/").content.decode()


@pytest.mark.django_db
def test_the_coordinator_sees_what_did_not_go_out(client: Client) -> None:
    from factories.web_objects.jobs import make_mail

    client.force_login(make_account(Role.COORDINATOR))
    kept = {state: make_mail(state) for state in Mail.State}
    make_mail("waiting", error_code=sending.NOT_TAKEN)
    page = client.get("/en/work/mails/").content.decode()
    assert "4 to look at" in page
    assert page.count("/again/") == 2
    refused = client.post(f"/en/work/mails/{kept[Mail.State.SENT].pk}/again/", follow=True)
    assert b"cannot be sent again" in refused.content
