"""The closed lists of words by which a plan is sorted; in words ``plan.<list>.<code>``."""

from __future__ import annotations

from enum import StrEnum


class ActionKind(StrEnum):
    """What an action does about a problem."""

    SOCIAL = "social"
    SITUATIONAL = "situational"
    REINTEGRATION = "reintegration"
    VICTIM_SUPPORT = "victim_support"
    MEDIATION = "mediation"
    ENFORCEMENT = "enforcement"
    KNOWLEDGE = "knowledge"
    """Audits, surveys, evaluation, training of those who work."""


class Pillar(StrEnum):
    """The three that a security policy keeps in balance, always shown in this order."""

    PREVENTION = "prevention"
    SANCTION = "sanction"
    COHESION = "cohesion"


class PreventionLevel(StrEnum):
    """Whom an action addresses: everybody, those at risk, those already concerned."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    TERTIARY = "tertiary"


class TargetGroup(StrEnum):
    """Groups for whom an action is meant; never single persons."""

    EVERYBODY = "everybody"
    CHILDREN = "children"
    YOUNG_PEOPLE = "young_people"
    OLDER_PEOPLE = "older_people"
    WOMEN = "women"
    MEN = "men"
    FAMILIES = "families"
    LGBTIQ = "lgbtiq"
    TARGETS_OF_HATE = "targets_of_hate"
    MIGRANTS = "migrants"
    DISABLED_PEOPLE = "disabled_people"
    HOMELESS_PEOPLE = "homeless_people"
    PEOPLE_WITH_ADDICTION = "people_with_addiction"
    MENTAL_HEALTH = "mental_health"
    VICTIMS = "victims"
    OFFENDERS = "offenders"
    BUSINESSES = "businesses"
    NIGHT_WORKERS = "night_workers"
    VISITORS = "visitors"
    PROFESSIONALS = "professionals"


class TimeOfDay(StrEnum):
    """When an action is at work."""

    DAY = "day"
    EVENING = "evening"
    NIGHT = "night"


class GenderLens(StrEnum):
    """How far an action takes the different lives of women, men and others into account.

    A scale used in gender budgeting: not considered, neutral (same for all, and looked at),
    responsive (answers different needs), transformative (changes the causes of inequality).
    """

    NOT_CONSIDERED = "not_considered"
    NEUTRAL = "neutral"
    RESPONSIVE = "responsive"
    TRANSFORMATIVE = "transformative"


class Sector(StrEnum):
    """To what field an organisation belongs; also who pays."""

    MUNICIPALITY = "municipality"
    REGION = "region"
    STATE = "state"
    EUROPEAN_UNION = "european_union"
    MUNICIPAL_POLICE = "municipal_police"
    POLICE = "police"
    JUSTICE = "justice"
    PROBATION = "probation"
    FIRE_RESCUE = "fire_rescue"
    SCHOOLS = "schools"
    YOUTH_WORK = "youth_work"
    SOCIAL_SERVICES = "social_services"
    HEALTH = "health"
    VICTIM_SUPPORT = "victim_support"
    HOUSING = "housing"
    TRANSPORT = "transport"
    PLANNING = "planning"
    BUSINESS = "business"
    NIGHTLIFE = "nightlife"
    CULTURE_SPORT = "culture_sport"
    ASSOCIATIONS = "associations"
    RESIDENTS = "residents"
    FAITH = "faith"
    RESEARCH = "research"
    MEDIA = "media"
    OTHER = "other"


class Topic(StrEnum):
    """What a challenge is about."""

    THEFT = "theft"
    BURGLARY = "burglary"
    VIOLENCE = "violence"
    GENDER_BASED_VIOLENCE = "gender_based_violence"
    DISCRIMINATORY_VIOLENCE = "discriminatory_violence"
    VANDALISM = "vandalism"
    NUISANCE = "nuisance"
    DRUGS = "drugs"
    NIGHTLIFE = "nightlife"
    JUVENILE_DELINQUENCY = "juvenile_delinquency"
    RADICALISATION = "radicalisation"
    TERRORISM = "terrorism"
    ORGANISED_CRIME = "organised_crime"
    TRAFFICKING = "trafficking"
    CYBERCRIME = "cybercrime"
    PUBLIC_SPACE = "public_space"
    TRANSPORT = "transport"
    SCHOOLS = "schools"
    SPORT = "sport"
    TOURISM = "tourism"
    MENTAL_HEALTH = "mental_health"
    HOMELESSNESS = "homelessness"
    MIGRATION = "migration"
    REOFFENDING = "reoffending"
    VICTIMS = "victims"
    FEELING_OF_INSECURITY = "feeling_of_insecurity"
    COMMUNICATION = "communication"
    TECHNOLOGY = "technology"
    PARTICIPATION = "participation"
    PARTNERSHIP = "partnership"
    AUDIT = "audit"
    EVALUATION = "evaluation"
    POLICING = "policing"
    JUSTICE = "justice"
    RESILIENCE = "resilience"


class Progress(StrEnum):
    """How an action stands, from the data, always with its reasons."""

    NOT_STARTED = "not_started"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    DONE = "done"
    STOPPED = "stopped"
    CANNOT_TELL = "cannot_tell"


class ActionState(StrEnum):
    """What was decided about an action; how it stands is `Progress`."""

    IDEA = "idea"
    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"


class Delivery(StrEnum):
    """What a diary entry says was done."""

    AS_PLANNED = "as_planned"
    LESS = "less"
    MORE = "more"
    NOT_DONE = "not_done"


class Obstacle(StrEnum):
    """What stood in the way."""

    STAFF = "staff"
    MONEY = "money"
    PERMIT = "permit"
    PARTNER = "partner"
    WEATHER = "weather"
    LOW_INTEREST = "low_interest"
    SAFETY = "safety"
    OTHER = "other"
