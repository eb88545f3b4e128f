"""Assessments by staff."""

from __future__ import annotations

from django.urls import include, path

from convive.web.fieldwork.views import assessments

_assessments = [
    path("", assessments.assessment_list, name="assessments"),
    path("new/", assessments.choose, name="assessment-new"),
    path("new/<str:instrument_id>/", assessments.begin, name="assessment-begin"),
    path("<str:form_id>/", assessments.fill_in, name="assessment"),
    path("<str:form_id>/result/", assessments.result, name="assessment-result"),
]
_fieldwork = [path("assessments/", include(_assessments))]
_work = [path("fieldwork/", include(_fieldwork))]
urlpatterns = [path("<language:language>/work/", include(_work))]
