"""Survey waves, for staff; and why nobody can see what somebody answered, for everybody."""

from __future__ import annotations

from django.urls import include, path

from convive.web.fieldwork.views import wave_results, wave_sending, waves

_WAVE = "fieldwork/waves/"
_work = [
    path(_WAVE, waves.wave_list, name="fieldwork-waves"),
    path(f"{_WAVE}new/", waves.new_wave, name="fieldwork-wave-new"),
    path(f"{_WAVE}<slug:code>/", waves.wave, name="fieldwork-wave"),
    path(f"{_WAVE}<slug:code>/frame/", waves.frame, name="fieldwork-wave-frame"),
    path(f"{_WAVE}<slug:code>/draw/", waves.plan, name="fieldwork-wave-plan"),
    path(f"{_WAVE}<slug:code>/quotas/", waves.quotas, name="fieldwork-wave-quotas"),
    path(f"{_WAVE}<slug:code>/open/", waves.open_now, name="fieldwork-wave-open"),
    path(f"{_WAVE}<slug:code>/send/", wave_sending.sending, name="fieldwork-wave-send"),
    path(f"{_WAVE}<slug:code>/send/mark/", wave_sending.mark, name="fieldwork-wave-mark"),
    path(f"{_WAVE}<slug:code>/send/list/", wave_sending.mail_list, name="fieldwork-wave-list"),
    path(f"{_WAVE}<slug:code>/send/letters/", wave_sending.letters, name="fieldwork-wave-letters"),
    path(f"{_WAVE}<slug:code>/outcomes/", wave_sending.outcomes, name="fieldwork-wave-outcomes"),
    path(f"{_WAVE}<slug:code>/close/", wave_results.close, name="fieldwork-wave-close"),
    path(f"{_WAVE}<slug:code>/weights/", wave_results.weights, name="fieldwork-wave-weights"),
    path(f"{_WAVE}<slug:code>/answers/", wave_results.answers, name="fieldwork-wave-answers"),
    path(f"{_WAVE}<slug:code>/export/", wave_results.export, name="fieldwork-wave-export"),
    path(f"{_WAVE}<slug:code>/unlinkable/", wave_results.privacy, name="fieldwork-wave-privacy"),
]
urlpatterns = [
    path("<language:language>/work/", include(_work)),
    path("<language:language>/why-nobody-can-see/", wave_results.why, name="fieldwork-why"),
]
