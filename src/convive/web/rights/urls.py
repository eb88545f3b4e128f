"""Addresses of the app."""

from __future__ import annotations

from django.urls import include, path

from convive.web.rights.views import agreements, erasure, evidence, reads, retention

_agreements = [
    path("", agreements.listed, name="agreements"),
    path("new/", agreements.new, name="agreement-new"),
    path("import/", agreements.take_in, name="agreement-import"),
    path("<slug:code>/<int:version>/", agreements.one, name="agreement"),
    path("<slug:code>/<int:version>/edit/", agreements.edit, name="agreement-edit"),
    path("<slug:code>/<int:version>/step/", agreements.step, name="agreement-step"),
    path("<slug:code>/<int:version>/file/", agreements.file, name="agreement-file"),
    path(
        "<slug:code>/<int:version>/print/<slug:kind>/", agreements.printed, name="agreement-print"
    ),
]
_evidence = [
    path("", evidence.listed, name="evidence"),
    path("reads/", reads.listed, name="evidence-reads"),
    path("source/<str:source_id>/", evidence.source, name="evidence-source"),
    path("source/<str:source_id>/reason/", evidence.why, name="evidence-reason"),
    path("source/<str:source_id>/<slug:kind>/", evidence.download, name="evidence-file"),
]
_retention = [
    path("", retention.register, name="retention"),
    path("proofs/<int:proof_id>/<slug:kind>/", retention.proof, name="retention-proof"),
    path("people/", erasure.people, name="erasure"),
    path("people/<int:account_id>/", erasure.person, name="erasure-person"),
]
_work = [
    path("agreements/", include(_agreements)),
    path("evidence/", include(_evidence)),
    path("retention/", include(_retention)),
]
urlpatterns = [path("<language:language>/work/", include(_work))]
