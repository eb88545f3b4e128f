"""Partners, bodies, commitments and decisions."""

from __future__ import annotations

from django.urls import include, path

from convive.web.workspace.views import bodies, commitments, partners

_work = [
    path("partners/", partners.partners, name="partners"),
    path("partners/new/", partners.new_partner, name="partner-new"),
    path("partners/absent/", partners.absent, name="partner-absent"),
    path("partners/of/<slug:code>/", partners.partner, name="partner"),
    path("bodies/", bodies.bodies, name="bodies"),
    path("bodies/new/", bodies.new_body, name="body-new"),
    path("bodies/of/<slug:code>/", bodies.body, name="body"),
    path("bodies/of/<slug:code>/edit/", bodies.edit_body, name="body-edit"),
    path("bodies/of/<slug:code>/seats/", bodies.seats, name="body-seats"),
    path("bodies/of/<slug:code>/meet/", bodies.meet, name="body-meet"),
    path("commitments/", commitments.commitments, name="commitments"),
    path("commitments/<slug:code>/", commitments.commitment, name="commitment"),
    path("commitments/<slug:code>/done/", commitments.done, name="commitment-done"),
    path("commitments/<slug:code>/drop/", commitments.drop_one, name="commitment-drop"),
    path("commitments/<slug:code>/reopen/", commitments.reopen_one, name="commitment-reopen"),
    path("decisions/<slug:code>/", commitments.decision, name="decision"),
]
urlpatterns = [path("<language:language>/work/", include(_work))]
