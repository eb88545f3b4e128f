"""Forms about accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from convive.catalogue.texts import languages, say
from convive.core.strategy.vocabulary import Sector
from convive.web.accounts import throttle
from convive.web.accounts.models import Account, Organisation, plain_email
from convive.web.accounts.selectors import has_account, organisations_to_choose
from convive.web.roles import Role
from convive.web.staff.forms import CodeField, CodesField, StaffForm

LONGEST_PASSWORD = 256


class EmailField(forms.EmailField):
    """An e-mail address, kept as `plain_email`."""

    def __init__(self, **options: Any) -> None:
        box = forms.EmailInput(attrs={"autocomplete": "username"})
        super().__init__(max_length=254, widget=box, **options)

    def clean(self, value: Any) -> str:
        return plain_email(super().clean(value))


def password_field(purpose: str) -> forms.CharField:
    """Return a field for a password; `purpose` as browsers and password stores know it."""
    return forms.CharField(
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": purpose}),
    )


class SignInForm(StaffForm):
    """E-mail and password."""

    texts = "accounts.sign_in"

    email = EmailField()
    password = password_field("current-password")


class NewPasswordForm(StaffForm):
    """A new password, typed once: it can be looked at by the browser's own means."""

    texts = "accounts.new_password"

    password = password_field("new-password")

    def __init__(self, *args: Any, account: Account, **options: Any) -> None:
        super().__init__(*args, **options)
        self.account = account

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.account)
        return password


def check_own_password(account: Account, password: str) -> None:
    """Refuse another password than the account's own; guessing is slowed down here too.

    Raises
    ------
    ValidationError
        throttled, not_current.
    """
    tried = throttle.try_own(account, "password")
    if not tried.is_free:
        raise forms.ValidationError("", code="throttled", params={"n": tried.wait_minutes})
    if not account.check_password(password):
        raise forms.ValidationError("", code="not_current")
    throttle.forget(tried)


class OwnPasswordForm(NewPasswordForm):
    """The password that was, and the new one."""

    current = password_field("current-password")
    field_order = ("current", "password")

    def clean_current(self) -> str:
        current: str = self.cleaned_data["current"]
        check_own_password(self.account, current)
        return current


class PersonForm(StaffForm):
    """Who somebody is."""

    texts = "accounts.person"

    email = EmailField()
    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = CodeField(languages(), words="language")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if has_account(email):
            raise forms.ValidationError("", code="taken")
        return email


class WelcomeForm(PersonForm):
    """The first coordinator: who they are, a password, and the name of the town."""

    town = forms.CharField(max_length=160)
    password = password_field("new-password")
    field_order = ("town", "email", "name", "language", "password")

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if "password" in found:
            account = Account(email=found.get("email", ""), name=found.get("name", ""))
            try:
                validate_password(found["password"], account)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return found


class OrganisationChoice(StaffForm):
    """For which organisation somebody acts."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), required=False)

    def __init__(self, *args: Any, present: Organisation | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["organisation"]
        field.queryset = organisations_to_choose(present)
        field.empty_label = say("accounts.person.no_organisation", self.page_language)


class InviteForm(PersonForm, OrganisationChoice):
    """Somebody to invite, with the roles that they will have."""

    roles = CodesField(list(Role), words="role")
    field_order = ("email", "name", "language", "organisation", "roles")


class RolesForm(OrganisationChoice):
    """What an account may do, and for whom."""

    texts = "accounts.person"

    roles = CodesField(list(Role), words="role", required=False)
    is_active = forms.BooleanField(required=False)


class OrganisationForm(StaffForm):
    """What is said of an organisation."""

    texts = "accounts.organisation"

    name = forms.CharField(max_length=160)
    sector = CodeField(list(Sector), words="plan.sector")
    is_town = forms.BooleanField(required=False)
    is_active = forms.BooleanField(required=False, initial=True)


class PolicyForm(StaffForm):
    """What the workspace asks of whoever signs in."""

    texts = "accounts.policy"

    needs_second_factor = forms.BooleanField(required=False)
    is_password_off = forms.BooleanField(required=False)
