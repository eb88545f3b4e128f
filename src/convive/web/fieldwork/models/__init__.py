"""Tables of fieldwork.

::

    FormVersion  what was served: one version of an instrument, frozen with its texts
      FieldForm  the same as an XForm, byte for byte as field apps got it from a campaign
    Place        a spot of the city that keeps its identity over all campaigns
    Campaign     one round of fieldwork: a walk, an audit, a survey wave, an assessment
      CampaignPlace · Rater · Assignment   where, who, by day or night, who rates twice
      AccessLink   an address that lets somebody fill in without an account
      Invitation   one person of a sampling frame; knows *whether* it was used, never *what* for
    Submission   one filled-in form, from whichever channel
      Attachment   a photo of it, cleaned before it was kept
    PaperSheet   a form on paper, entered by one person and again by another
    FrameEntry   a row of a frame before the draw · HeldAnswer, Quota, SurveyWeight: see `waves`
    WebDraft     what somebody has filled in on the web and not sent yet
"""

from convive.web.fieldwork.models.campaign import (
    Assignment,
    Campaign,
    CampaignPlace,
    Rater,
)
from convive.web.fieldwork.models.field_form import FieldForm
from convive.web.fieldwork.models.form_version import FormVersion
from convive.web.fieldwork.models.links import AccessLink, Invitation
from convive.web.fieldwork.models.paper import PaperSheet
from convive.web.fieldwork.models.place import Place
from convive.web.fieldwork.models.submission import Attachment, Submission, WebDraft
from convive.web.fieldwork.models.waves import FrameEntry, HeldAnswer, Quota, SurveyWeight

__all__ = [
    "AccessLink",
    "Assignment",
    "Attachment",
    "Campaign",
    "CampaignPlace",
    "FieldForm",
    "FormVersion",
    "FrameEntry",
    "HeldAnswer",
    "Invitation",
    "PaperSheet",
    "Place",
    "Quota",
    "Rater",
    "Submission",
    "SurveyWeight",
    "WebDraft",
]
