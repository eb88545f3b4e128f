"""Forms around assessments."""

from __future__ import annotations

from django import forms

from convive.web.fieldwork.actions.assessments import REASONS
from convive.web.staff.forms import CodeField, StaffForm


class SubjectForm(StaffForm):
    """What is assessed."""

    texts = "assess.begin"
    subject = forms.CharField(max_length=200)
    form_id = forms.UUIDField(widget=forms.HiddenInput)


class LookForm(StaffForm):
    """Why somebody needs to see a restricted assessment."""

    texts = "assess.look"
    reason = CodeField(REASONS, words="assess.reason", widget=forms.RadioSelect)
