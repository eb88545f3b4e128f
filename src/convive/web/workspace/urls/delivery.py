"""Addresses of the diary, the lights, money, milestones, places, who answers for areas."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from convive.web.workspace.views import (
    area_leads,
    diary,
    diary_entries,
    lights,
    milestones,
    money,
    places,
)

_Routes = list[URLPattern | URLResolver]
_diary: _Routes = [
    path("", diary.diary, name="diary"),
    path("entries/", diary_entries.entries, name="diary-entries"),
    path("entries/diary.<slug:kind>", diary_entries.entries_file, name="diary-file"),
    path("entry/<int:number>/", diary_entries.entry, name="diary-entry"),
    path("entry/<int:number>/correct/", diary_entries.correct, name="diary-correct"),
    path("of/<slug:code>/<slug:part>/", diary.write, name="diary-write"),
    path("of/<slug:code>/<slug:part>/send/", diary.send, name="diary-send"),
    path("of/<slug:code>/<slug:part>/newest/", diary_entries.of_action, name="diary-of-action"),
]
_action: _Routes = [
    path("spending/", money.action_spending, name="action-spending"),
    path("spending/note/", money.note_on_action, name="action-spending-note"),
    path("milestones/<int:number>/done/", milestones.reached, name="milestone-done"),
    path("milestones/<int:number>/later/", milestones.put_off, name="milestone-later"),
]
_strategy: _Routes = [
    path("lights/", lights.lights, name="plan-lights"),
    path("lights/changes/", lights.changes, name="plan-light-changes"),
    path("money/", money.sheet, name="plan-money"),
    path("money/import/", money.import_file, name="plan-money-import"),
    path("money/<slug:what>.<slug:kind>", money.sheet_file, name="plan-money-file"),
    path("places/", places.places, name="plan-places"),
    path("places/new/", places.new_place, name="plan-place-new"),
    path("places/<slug:part>/", places.place, name="plan-place"),
    path("places/<slug:part>/edit/", places.edit_place, name="plan-place-edit"),
    path("places/<slug:part>/records/", places.add_record, name="plan-place-record"),
    path("places/<slug:part>/records/<int:number>/strike/", places.strike_record, name="plan-place-strike"),
    path("areas/", area_leads.areas, name="plan-areas"),
    path("areas/new/", area_leads.new_lead, name="area-lead-new"),
    path("areas/leads/<int:number>/", area_leads.edit_lead, name="area-lead-edit"),
    path("actions/<slug:part>/", include(_action)),
]  # fmt: skip

urlpatterns: _Routes = [
    path("<language:language>/work/diary/", include(_diary)),
    path("<language:language>/work/strategies/<slug:code>/", include(_strategy)),
]
