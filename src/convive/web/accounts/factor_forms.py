"""Forms about second factors."""

from __future__ import annotations

from typing import Any

from django import forms

from convive.web.accounts.forms import check_own_password, password_field
from convive.web.accounts.models import Account
from convive.web.accounts.second_factor.keys import LONGEST_ANSWER
from convive.web.staff.forms import StaffForm

_CODE_BOX = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}


class OwnProof(StaffForm):
    """Asks for the own password; whoever has none must have come in a moment ago.

    Parameters
    ----------
    is_fresh : bool, optional
        None: the password is asked for. Else there is none to ask for, and this tells whether the
        person came in a moment ago.
    """

    texts = "accounts.factor"

    current = password_field("current-password")

    def __init__(
        self, *args: Any, account: Account, is_fresh: bool | None = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.account, self.is_fresh = account, is_fresh
        if is_fresh is not None:
            del self.fields["current"]

    def clean_current(self) -> str:
        current: str = self.cleaned_data["current"]
        check_own_password(self.account, current)
        return current

    def clean(self) -> dict[str, Any]:
        if self.is_fresh is False:
            raise forms.ValidationError("", code="come_in_anew")
        return super().clean() or self.cleaned_data


class AppForm(OwnProof):
    """The code that the app shows, to see that it works."""

    code = forms.CharField(max_length=12, widget=forms.TextInput(attrs=_CODE_BOX))
    field_order = ("code", "current")


class KeyForm(OwnProof):
    """A name for a key, and what the key has answered to the browser."""

    name = forms.CharField(max_length=60)
    answer = forms.CharField(max_length=LONGEST_ANSWER, required=False, widget=forms.HiddenInput)
    field_order = ("name", "current", "answer")


class RemoveForm(OwnProof):
    """Which second factor to remove."""

    factor = forms.IntegerField(widget=forms.HiddenInput)


class StepForm(StaffForm):
    """The second step: a code of the app or a recovery code."""

    texts = "accounts.step"

    code = forms.CharField(max_length=20, widget=forms.TextInput(attrs=_CODE_BOX))
