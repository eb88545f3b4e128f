"""Tables of accounts, their roles, one-time links, and attempts to sign in."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from convive.catalogue.texts import languages
from convive.core.strategy.vocabulary import Sector
from convive.web.language import LANGUAGE_NAMES
from convive.web.roles import Role


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by their e-mail address, whatever its capitals."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email=plain_email(username or ""))


def plain_email(email: str) -> str:
    """Return an e-mail address as it is kept: trimmed, lower case."""
    return email.strip().lower()


def token_hash(token: str) -> str:
    """Return what is kept of the token of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


class Organisation(models.Model):
    """Who takes part in the partnership: the town itself, the police, a school, an association."""

    code = models.SlugField(max_length=40, unique=True)
    """Name in addresses and in exchanged plans."""
    name = models.CharField(max_length=160, unique=True)
    sector = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Sector])
    is_town = models.BooleanField(default=False)
    """Whether it is the local authority whose installation this is; exactly one is."""
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=("is_town",), condition=models.Q(is_town=True), name="one_town"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Account(AbstractBaseUser):
    """A person who may sign in."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(
        max_length=2, default="en", choices=[(code, LANGUAGE_NAMES[code]) for code in languages()]
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="accounts"
    )
    """To whom the person belongs; None: to nobody, and nothing of a partner's is seen. What it
    opens follows from `acts_for`."""
    is_active = models.BooleanField(default=True)
    session_round = models.PositiveIntegerField(default=0)
    """Counted up to end every session of the account at once, also one that begins meanwhile."""
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        self.email = plain_email(self.email)

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles that the account holds, read once per object."""
        return frozenset(Role(held.role) for held in self.held_roles.all())

    @property
    def acts_for(self) -> int | None:
        """The organisation that the person acts for; None too where it was switched off."""
        own = self.organisation
        return own.pk if own is not None and own.is_active else None

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Tie sessions to password and round: where either changes, they end."""
        said = self.password if not self.session_round else f"{self.password}.{self.session_round}"
        key = "convive.accounts.session"
        return salted_hmac(key, said, secret=secret, algorithm="sha256").hexdigest()

    @property
    def ordered_roles(self) -> list[Role]:
        """The roles in the order in which they are always listed."""
        return [role for role in Role if role in self.roles]


class HeldRole(models.Model):
    """A role that an account holds."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="held_roles")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account", "role"], name="account_role_once"),
        )

    def __str__(self) -> str:
        return str(self.role)


class Invitation(models.Model):
    """A link that lets its holder set a password, once; of the token only a hash is kept."""

    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, null=True, related_name="invitations"
    )
    """None: the welcome of the first coordinator, whose account is not there yet."""
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    is_emergency = models.BooleanField(default=False)
    """Made on the command line: it opens also where passwords are switched off."""

    def __str__(self) -> str:
        return f"{self.pk}"


class Attempt(models.Model):
    """An attempt to sign in that did not succeed (yet); the key is a keyed hash."""

    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["key", "at"], name="attempt_key"),)

    def __str__(self) -> str:
        return f"{self.pk}"


class OpenSession(models.Model):
    """A session of an account, so that its owner can see where it is signed in.

    Neither address nor name of the device is kept: when it began and what kind of browser it is
    are enough to recognise one's own.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="open_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    begun_at = models.DateTimeField()
    browser = models.CharField(max_length=12)
    system = models.CharField(max_length=12)

    class Meta:
        ordering = ("-begun_at", "-pk")

    def __str__(self) -> str:
        return f"{self.pk}"


class SignInPolicy(models.Model):
    """What the workspace asks of whoever signs in; one row, see `selectors.policy`."""

    needs_second_factor = models.BooleanField(default=False)
    """Whether editors and the data protection officer must have a second factor."""
    is_password_off = models.BooleanField(default=False)
    """Whether only the town's own sign-in opens the workspace."""

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="one_sign_in_policy"),)

    def __str__(self) -> str:
        return f"{self.pk}"
