"""The town's own sign-in (OIDC) against a real issuer: a process of its own, by HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from convive.core.errors import StorageError
from convive.web.accounts.actions import renew_link
from convive.web.accounts.models import Account, SignInPolicy
from convive.web.accounts.oidc import issuer as issuer_module
from convive.web.accounts.oidc.town import Claims, TownSignIn
from convive.web.audit_log.models import Event
from convive.web.config.town_sign_in import town_sign_in
from convive.web.roles import Role
from factories import oidc_issuer
from factories.web_objects.accounts import PASSWORD, make_account, make_organisation, with_app

ANA = "ana@example.org"
SET_OUT, RETURN = "/en/work/sign-in/town/", "/en/work/sign-in/town/return/"
pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of an issuer that runs beside the tests."""
    with oidc_issuer.running_issuer() as address:
        yield address


@dataclass
class Town:
    """The two sides, and the person's browser between them."""

    issuer: str
    client: Client
    settings: Any

    def tell(self, **said: Any) -> None:
        """Tell the issuer what to say of the person, and what to do wrong."""
        requests.post(f"{self.issuer}/control", json=said, timeout=5).raise_for_status()
        issuer_module._remembered.clear()

    def change(self, **said: Any) -> None:
        """Change what the town has set up."""
        self.settings.CONVIVE_TOWN_SIGN_IN = replace(self.settings.CONVIVE_TOWN_SIGN_IN, **said)

    def set_out(self, **query: str) -> str:
        """Set out; return where the issuer sends the browser back to."""
        there = self.client.get(SET_OUT, query)
        assert there.status_code == 302, there.content
        back = requests.get(there.headers["Location"], allow_redirects=False, timeout=5)
        return back.headers["Location"]

    def sign_in(self, **query: str) -> Any:
        return self.client.get(self.set_out(**query))

    @property
    def is_in(self) -> bool:
        return self.client.get("/en/work/").status_code == 200


@pytest.fixture
def town(issuer: str, client: Client, settings: Any) -> Town:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CONVIVE_TOWN_SIGN_IN = TownSignIn(issuer, oidc_issuer.CLIENT, oidc_issuer.SECRET)
    found = Town(issuer, client, settings)
    found.tell()
    return found


@pytest.fixture
def ana() -> Account:
    return make_account(Role.ANALYST, email=ANA)


def nothing_is_kept(town: Town) -> None:
    assert not town.is_in
    assert not SocialAccount.objects.exists()
    assert "convive.town_sign_in" not in town.client.session


def test_an_invited_person_comes_in_and_goes_where_they_wanted(town: Town, ana: Account) -> None:
    page = town.client.get("/en/work/sign-in/?next=/en/work/account/").content.decode()
    assert f'href="{SET_OUT}?next=' in page
    assert town.sign_in(next="/en/work/account/").headers["Location"] == "/en/work/account/"
    assert town.is_in
    bound = SocialAccount.objects.get()
    assert (bound.user, bound.provider, bound.uid, bound.extra_data) == (
        ana, town.issuer, "person-1", {},
    )  # fmt: skip
    assert Event.objects.get(verb="accounts.signed_in").facts["by"] == "town"


def test_what_is_asked_of_the_issuer(town: Town) -> None:
    asked = parse_qs(urlsplit(town.client.get(SET_OUT).headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["openid email profile"]
    assert asked["redirect_uri"] == [f"http://localhost{RETURN}"]
    assert all(len(asked[key][0]) >= 43 for key in ("state", "nonce", "code_challenge"))
    again = parse_qs(urlsplit(town.client.get(SET_OUT).headers["Location"]).query)
    assert not {asked[key][0] for key in ("state", "nonce")} & {
        again[key][0] for key in ("state", "nonce")
    }
    here = town.client.get("/de/work/sign-in/town/")
    assert "%2Fen%2Fwork%2Fsign-in%2Ftown%2Freturn" in here.headers["Location"], "one address back"


NOW = int(time.time())


@pytest.mark.parametrize(
    "said",
    [
        {"claims": {"nonce": "of another sign-in"}}, {"drop": ["nonce"]},
        {"claims": {"aud": "another"}}, {"claims": {"aud": ["convive", "another"]}},
        {"claims": {"aud": ["convive", "another"], "azp": "another"}}, {"claims": {"azp": "another"}},
        {"claims": {"iss": "https://evil.example"}}, {"drop": ["iss"]}, {"drop": ["aud"]},
        {"claims": {"exp": NOW - 3600}}, {"drop": ["exp"]}, {"claims": {"iat": NOW + 3600}},
        {"drop": ["sub"]}, {"claims": {"sub": ""}}, {"claims": {"sub": "x" * 300}},
        {"fault": "unsigned"}, {"fault": "another key"}, {"fault": "unknown key"},
        {"fault": "signed with the public key"},
    ],
    ids=lambda said: "-".join(str(sorted(told) if isinstance(told, dict) else told) for told in said.values()),
)  # fmt: skip
@pytest.mark.usefixtures("ana")
def test_a_token_that_does_not_hold_opens_nothing(town: Town, said: dict[str, Any]) -> None:
    town.tell(**said)
    response = town.sign_in()
    assert response.status_code == 400
    assert b"could not be verified" in response.content
    nothing_is_kept(town)
    assert Event.objects.get(verb="accounts.town_sign_in_refused").facts == {"code": "OIDC_TOKEN"}


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"claims": {"email_verified": False}}, b"does not confirm an e-mail address"),
        ({"claims": {"email_verified": "true"}}, b"does not confirm an e-mail address"),
        ({"drop": ["email_verified"]}, b"does not confirm an e-mail address"),
        ({"drop": ["email"]}, b"does not confirm an e-mail address"),
        ({"claims": {"email": "nobody@example.org"}}, b"You have no account in this workspace"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("ana")
def test_who_is_not_known_gets_a_clear_answer(town: Town, said: Any, sentence: bytes) -> None:
    town.tell(**said)
    response = town.sign_in()
    assert response.status_code == 400
    assert sentence in response.content
    nothing_is_kept(town)
    assert Account.objects.count() == 1


@pytest.mark.usefixtures("ana")
def test_the_way_back_works_once_and_in_the_same_browser_only(town: Town) -> None:
    back = town.set_out()
    stranger = Client(headers={"host": "localhost"})
    assert stranger.get(back).status_code == 400
    assert b"was not begun in this browser" in stranger.get(back).content
    assert town.client.get(back).status_code == 302
    assert b"was not begun in this browser" in town.client.get(back).content
    assert not Event.objects.filter(verb="accounts.town_sign_in_refused").exists()


@pytest.mark.parametrize("change", [{"state": "x"}, {"state": ""}, {"iss": "https://evil.example"},
                                    {"iss": None}, {"code": None}, {"code": "made up"}], ids=str)  # fmt: skip
@pytest.mark.usefixtures("ana")
def test_an_answer_that_was_changed_on_the_way_opens_nothing(town: Town, change: Any) -> None:
    parts = urlsplit(town.set_out())
    said = {key: values[0] for key, values in parse_qs(parts.query).items()} | change
    kept = {key: value for key, value in said.items() if value is not None}
    assert town.client.get(f"{parts.path}?{urlencode(kept)}").status_code == 400
    nothing_is_kept(town)


@pytest.mark.usefixtures("ana")
def test_a_code_of_another_sign_in_is_not_taken(town: Town) -> None:
    attacker = Town(town.issuer, Client(headers={"host": "localhost"}), town.settings)
    theirs = parse_qs(urlsplit(attacker.set_out()).query)["code"][0]
    parts = urlsplit(town.set_out())
    said = {key: values[0] for key, values in parse_qs(parts.query).items()} | {"code": theirs}
    response = town.client.get(f"{parts.path}?{urlencode(said)}")
    assert b"has not confirmed" in response.content, "the verifier is of this browser"
    nothing_is_kept(town)


@pytest.mark.usefixtures("ana")
def test_too_late_and_refused_and_the_other_language(town: Town) -> None:
    back = town.set_out()
    session = town.client.session
    session["convive.town_sign_in"] |= {"at": 0}
    session.save()
    assert b"took too long" in town.client.get(back).content
    town.tell(fault="says no")
    there = town.client.get("/de/work/sign-in/town/").headers["Location"]
    back = requests.get(there, allow_redirects=False, timeout=5).headers["Location"]
    assert (
        "Ihre Organisation hat die Anmeldung nicht bestätigt."
        in town.client.get(back).content.decode()
    )


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"issuer": "https://evil.example"}, b"names other addresses"),
        ({"token_endpoint": "http://evil.example/token"}, b"names other addresses"),
        ({"token_endpoint": "file:///etc/passwd"}, b"names other addresses"),
        ({"authorization_endpoint": "javascript:alert(1)"}, b"names other addresses"),
        ({"jwks_uri": None}, b"names other addresses"),
    ],
    ids=str,
)
def test_a_document_that_speaks_of_others_is_not_believed(
    town: Town, document: Any, sentence: bytes
) -> None:
    town.tell(document=document)
    response = town.client.get(SET_OUT)
    assert response.status_code == 400
    assert sentence in response.content


@pytest.mark.usefixtures("ana")
def test_redirects_of_the_issuer_are_not_followed(town: Town) -> None:
    town.tell(document={"jwks_uri": f"{town.issuer}/moved"})
    assert b"does not answer properly" in town.sign_in().content
    nothing_is_kept(town)


def test_an_issuer_that_is_not_there_is_said_so(town: Town) -> None:
    town.change(issuer="http://127.0.0.1:9")
    assert b"does not answer properly" in town.client.get(SET_OUT).content


def test_without_an_issuer_there_is_no_such_way(client: Client) -> None:
    assert b"sign-in/town" not in client.get("/en/work/sign-in/").content
    assert client.get(SET_OUT).status_code == 400
    assert client.get(RETURN).status_code == 400


def test_accounts_are_made_only_where_the_town_wants_it(town: Town) -> None:
    town.change(creates_accounts=True)
    town.tell(claims={"email": "new@example.org", "name": "New Person"})
    assert town.sign_in().status_code == 302
    account = Account.objects.get()
    assert (account.email, account.name, account.roles) == (
        "new@example.org",
        "New Person",
        {Role.READER},
    )
    assert not account.has_usable_password()


@pytest.mark.usefixtures("ana")
def test_an_address_that_was_handed_on_opens_nothing(town: Town) -> None:
    town.sign_in()
    town.client.post("/en/work/sign-out/")
    town.tell(claims={"sub": "person-2"})
    assert b"belongs to somebody else" in town.sign_in().content
    town.tell(claims={"email": "married@example.org"})
    assert town.sign_in().status_code == 302, "the same person with another address"


def test_who_is_switched_off_stays_out(town: Town, ana: Account) -> None:
    Account.objects.filter(pk=ana.pk).update(is_active=False)
    assert b"is switched off" in town.sign_in().content
    nothing_is_kept(town)


def test_claims_give_roles_and_organisation_but_never_take_the_last_coordinator(
    town: Town, ana: Account
) -> None:
    police = make_organisation("Police")
    town.change(
        roles=Claims(
            "groups", {"analyst": ("convive-analysts",), "coordinator": ("convive-heads",)}
        ),
        organisations=Claims("company", {"police": ("City Police",)}),
    )
    town.tell(claims={"groups": ["convive-heads", "other"], "company": "City Police"})
    town.sign_in()
    found = Account.objects.get()
    assert (found.roles, found.organisation) == ({Role.COORDINATOR}, police)
    town.tell(claims={"groups": []})
    town.sign_in()
    assert Account.objects.get().roles == {Role.COORDINATOR}
    make_account(Role.COORDINATOR, email="second@example.org")
    town.sign_in()
    assert Account.objects.get(pk=ana.pk).roles == set()


def test_the_second_factor_is_asked_for_unless_the_issuer_has(town: Town, ana: Account) -> None:
    with_app(ana)
    assert town.sign_in().headers["Location"].endswith("/second-step/")
    assert not town.is_in
    town.tell(claims={"amr": ["pwd", "mfa"]})
    assert town.sign_in().headers["Location"] == "/en/work/"
    assert town.is_in


@pytest.mark.usefixtures("ana")
def test_the_policy_counts_what_the_issuer_has_asked_for(town: Town) -> None:
    SignInPolicy.objects.create(pk=1, needs_second_factor=True)
    assert town.sign_in().headers["Location"] == "/en/work/account/second-factor/"
    page = town.client.get("/en/work/account/second-factor/app/").content.decode()
    assert 'name="current"' not in page, "who came without a password is not asked for one"
    town.tell(claims={"amr": ["mfa"]})
    assert town.sign_in().headers["Location"] == "/en/work/"


def test_passwords_are_switched_off_only_by_who_came_in_without_one(town: Town) -> None:
    ana = make_account(Role.COORDINATOR, email=ANA, password=PASSWORD)
    page, said = "/en/work/people/signing-in/", {"is_password_off": "on"}
    town.client.post("/en/work/sign-in/", {"email": ANA, "password": PASSWORD})
    assert b"First sign in with the account" in town.client.post(page, said).content
    town.sign_in()
    assert town.client.post(page, said).status_code == 302
    other = Client(headers={"host": "localhost"})
    other.post("/en/work/sign-in/", {"email": ANA, "password": PASSWORD})
    assert other.get("/en/work/").status_code == 302
    assert b'name="password"' not in other.get("/en/work/sign-in/").content
    web_link = renew_link(ana, by=ana)
    assert other.get(f"/en/work/invitation/{web_link}/").status_code == 404
    emergency = renew_link(ana, by="command line")
    other.post(f"/en/work/invitation/{emergency}/", {"password": "nine boats in the harbour"})
    assert other.get("/en/work/").status_code == 200
    town.settings.CONVIVE_TOWN_SIGN_IN = None
    assert (
        b'name="password"' in Client(headers={"host": "localhost"}).get("/en/work/sign-in/").content
    )


def test_settings_come_from_a_closed_file_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert town_sign_in(None) is None
    assert town_sign_in(tmp_path) is None
    file = tmp_path / "oidc.toml"
    file.write_text(
        'issuer = "https://login.town.example"\nclient_id = "convive"\nsecret = "s"\n'
        '[roles]\nclaim = "groups"\nanalyst = ["a"]\n'
    )
    file.chmod(0o644)
    with pytest.raises(StorageError, match="OIDC_FILE_OPEN"):
        town_sign_in(tmp_path)
    file.chmod(0o600)
    found = town_sign_in(tmp_path)
    assert found is not None
    assert found.roles.codes_in({"groups": ["a", "b"]}) == ["analyst"]
    assert "secret" not in repr(found)
    monkeypatch.setenv("CONVIVE_OIDC_ISSUER", "http://login.town.example")
    with pytest.raises(StorageError, match="OIDC_SETTINGS"):
        town_sign_in(tmp_path)
    monkeypatch.setenv("CONVIVE_OIDC_ISSUER", "https://other.example")
    secret = tmp_path / "secret"
    secret.write_text("from a file\n")
    secret.chmod(0o600)
    file.write_text('client_id = "c"\n')
    monkeypatch.setenv("CONVIVE_OIDC_SECRET_FILE", str(secret))
    found = town_sign_in(tmp_path)
    assert found is not None
    assert (found.issuer, found.client_id, found.secret) == (
        "https://other.example",
        "c",
        "from a file",
    )


@pytest.mark.parametrize(
    "text",
    ['issuer = "https://a.example"', 'issuer = 3\nclient_id = "c"\nsecret = "s"', "issuer = [",
     'issuer = "https://a.example"\nclient_id = "c"\nsecret = "s"\nissurr = "x"',
     'issuer = "https://a.example"\nclient_id = "c"\nsecret = "s"\nroles = "x"',
     'issuer = "https://a.example"\nclient_id = "c"\nsecret = "s"\n[roles]\nclaim = "g"\nking = ["x"]',
     'issuer = "https://u:p@a.example"\nclient_id = "c"\nsecret = "s"'],
)  # fmt: skip
def test_settings_that_cannot_be_used_are_refused_with_their_name(
    tmp_path: Path, text: str
) -> None:
    file = tmp_path / "oidc.toml"
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(StorageError, match="OIDC_SETTINGS"):
        town_sign_in(tmp_path)
