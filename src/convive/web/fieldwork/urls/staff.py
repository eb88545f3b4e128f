"""Addresses of campaigns and places, for staff."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from convive.web.fieldwork.views import (
    campaign_forms,
    campaign_links,
    campaign_results,
    campaigns,
    places,
    planning,
)

_Routes = list[URLPattern | URLResolver]
_campaign: _Routes = [
    path("", campaigns.campaign, name="fieldwork-campaign"),
    path("edit/", campaigns.edit_campaign, name="fieldwork-campaign-edit"),
    path("map.geojson", campaigns.campaign_map, name="fieldwork-campaign-map"),
    path("open/", campaigns.open_now, name="fieldwork-campaign-open"),
    path("close/", campaigns.close, name="fieldwork-campaign-close"),
    path("reopen/", campaigns.reopen, name="fieldwork-campaign-reopen"),
    path("places/", planning.choose, name="fieldwork-campaign-places"),
    path("raters/", planning.raters, name="fieldwork-campaign-raters"),
    path("raters/<int:rater_id>/", planning.rater, name="fieldwork-campaign-rater"),
    path("raters/<int:rater_id>/remove/", planning.drop_rater, name="fieldwork-campaign-rater-remove"),
    path("plan/", planning.plan, name="fieldwork-campaign-plan"),
    path("visits/add/", planning.new_visit, name="fieldwork-campaign-visit"),
    path("links/", campaign_links.links, name="fieldwork-campaign-links"),
    path("links/make/", campaign_links.make, name="fieldwork-campaign-links-make"),
    path("links/cards/", campaign_links.cards, name="fieldwork-campaign-cards"),
    path("links/<str:link_id>/revoke/", campaign_links.revoke, name="fieldwork-campaign-link-revoke"),
    path("links/<str:link_id>/renew/", campaign_links.renew, name="fieldwork-campaign-link-renew"),
    path("remind/", campaign_links.remind, name="fieldwork-campaign-remind"),
    path("forms/", campaign_forms.forms, name="fieldwork-campaign-forms"),
    path("forms/<str:form_id>/", campaign_forms.form, name="fieldwork-campaign-form"),
    path("results/", campaign_results.results, name="fieldwork-campaign-results"),
]  # fmt: skip
_work: _Routes = [
    path("", campaigns.campaigns, name="fieldwork"),
    path("campaigns/new/", campaigns.new_campaign, name="fieldwork-campaign-new"),
    path("campaigns/<slug:code>/", include(_campaign)),
    path("places/", places.places, name="fieldwork-places"),
    path("places/map.geojson", places.places_map, name="fieldwork-places-map"),
    path("places/add/", places.add_place, name="fieldwork-place-add"),
    path("places/list/", places.place_list, name="fieldwork-place-list"),
    path("places/draw/", places.draw_places, name="fieldwork-place-draw"),
    path("places/at/<str:code>/", places.place, name="fieldwork-place"),
    path("places/at/<str:code>/edit/", places.edit_place, name="fieldwork-place-edit"),
]
_staff: _Routes = [path("fieldwork/", include(_work))]
urlpatterns = [path("<language:language>/work/", include(_staff))]
