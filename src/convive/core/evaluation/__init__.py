"""Evaluation: what an action changed, and what one cannot tell."""

from convive.core.evaluation.answer import Answer, ForWhom, OutcomeAnswer, Possible, Rival
from convive.core.evaluation.balance_weights import Balanced, entropy_balance
from convive.core.evaluation.before_after import EffectResult, count_effect, verdict_of_effect
from convive.core.evaluation.before_after_control import ControlledCounts, before_after_control
from convive.core.evaluation.chooser import StudyFacts, possible_designs
from convive.core.evaluation.comparison_choice import (
    AreaFacts,
    Candidate,
    ComparisonAreas,
    Reason,
    Speaks,
    comparison_areas,
)
from convive.core.evaluation.costs import worth_of
from convive.core.evaluation.detectable import (
    Basis,
    Detectable,
    DetectPlan,
    detectable_curve,
    detectable_effect,
    detectable_survey,
)
from convive.core.evaluation.detectable_advice import CheaperWay, cheaper_ways
from convive.core.evaluation.detectable_simulated import simulated_effect
from convive.core.evaluation.diary_dose import diary_doses
from convive.core.evaluation.displacement import (
    Displacement,
    displacement_quotient,
    harm_weighted_difference,
    month_dispersion,
    total_net_effect,
    weighted_displacement_difference,
    widened,
)
from convive.core.evaluation.displacement_rings import (
    Moved,
    RingAnswer,
    RingsResult,
    displacement_rings,
)
from convive.core.evaluation.dose import DosedAreas, DosePlan, DoseResult, DoseThird, dose_effect
from convive.core.evaluation.estimate import (
    Check,
    CheckOutcome,
    Design,
    Estimate,
    Seen,
    cannot_say,
    verdict_on,
)
from convive.core.evaluation.ethics import (
    QUESTIONS,
    Consequence,
    EthicsCheck,
    EthicsQuestion,
    Weight,
    check_ethics,
)
from convive.core.evaluation.grade_lines import EvidenceKind, Held, Line, design_level, grade_lines
from convive.core.evaluation.history import History
from convive.core.evaluation.interrupted_series import interrupted_series
from convive.core.evaluation.logic_check import Step, StepState, broken_at, check_logic
from convive.core.evaluation.matched_areas import MatchedResult, matched_areas
from convive.core.evaluation.matched_panel import MatchedPanel
from convive.core.evaluation.panel import CountPanel
from convive.core.evaluation.peak_choice import PeakChoice, chosen_at_peak, expected_after_choice
from convive.core.evaluation.process import Process, Remark, Views, process_of
from convive.core.evaluation.run_study import answer
from convive.core.evaluation.sequential_looks import (
    Look,
    LookPlan,
    Spending,
    crossing_probabilities,
    plan_looks,
    take_look,
)
from convive.core.evaluation.series_model import SeriesPlan
from convive.core.evaluation.simplex_weights import simplex_weights
from convive.core.evaluation.staggered import (
    EventEffect,
    GroupTimeEffect,
    StaggeredResult,
    group_time_effects,
    staggered_effect,
)
from convive.core.evaluation.staggered_panel import (
    ComparedWith,
    Scale,
    StaggeredPanel,
    StaggeredRules,
)
from convive.core.evaluation.study import Change, FrozenStudy, Looks, Outcome, Split, Study
from convive.core.evaluation.study_window import Beside
from convive.core.evaluation.survey_change import survey_change
from convive.core.evaluation.survey_checks import SurveyChangePlan
from convive.core.evaluation.survey_groups import GroupChange, survey_change_by_group
from convive.core.evaluation.survey_model import SurveyWave
from convive.core.evaluation.survey_study import AskedOutcome, AskedWave, survey_outcome
from convive.core.evaluation.survey_sums import AnswerSums, sum_answers, wave_of
from convive.core.evaluation.synthetic_conformal import Conformal
from convive.core.evaluation.synthetic_control import (
    DonorWeight,
    SyntheticDetails,
    SyntheticResult,
    synthetic_control,
)
from convive.core.evaluation.synthetic_panel import (
    Mixture,
    Predictors,
    Statistic,
    SyntheticPanel,
    SyntheticRules,
    TreatedAs,
)
from convive.core.evaluation.synthetic_placebos import WithoutDonor
from convive.core.evaluation.synthetic_ridge import Penalty, augmented_weights, choose_penalty
from convive.core.evaluation.two_way import (
    TwoByTwo,
    TwoWay,
    Versus,
    decompose_two_way,
    two_way_coefficient,
)
from convive.core.evaluation.worth import CostTable, UnitCost, Worth
from convive.core.evaluation.yearly import (
    ActionYear,
    Known,
    ObjectiveYear,
    Suggestion,
    YearlyReport,
    suggest,
    yearly_report,
)

__all__ = [
    "QUESTIONS",
    "ActionYear",
    "Answer",
    "AnswerSums",
    "AreaFacts",
    "AskedOutcome",
    "AskedWave",
    "Balanced",
    "Basis",
    "Beside",
    "Candidate",
    "Change",
    "CheaperWay",
    "Check",
    "CheckOutcome",
    "ComparedWith",
    "ComparisonAreas",
    "Conformal",
    "Consequence",
    "ControlledCounts",
    "CostTable",
    "CountPanel",
    "Design",
    "DetectPlan",
    "Detectable",
    "Displacement",
    "DonorWeight",
    "DosePlan",
    "DoseResult",
    "DoseThird",
    "DosedAreas",
    "EffectResult",
    "Estimate",
    "EthicsCheck",
    "EthicsQuestion",
    "EventEffect",
    "EvidenceKind",
    "ForWhom",
    "FrozenStudy",
    "GroupChange",
    "GroupTimeEffect",
    "Held",
    "History",
    "Known",
    "Line",
    "Look",
    "LookPlan",
    "Looks",
    "MatchedPanel",
    "MatchedResult",
    "Mixture",
    "Moved",
    "ObjectiveYear",
    "Outcome",
    "OutcomeAnswer",
    "PeakChoice",
    "Penalty",
    "Possible",
    "Predictors",
    "Process",
    "Reason",
    "Remark",
    "RingAnswer",
    "RingsResult",
    "Rival",
    "Scale",
    "Seen",
    "SeriesPlan",
    "Speaks",
    "Spending",
    "Split",
    "StaggeredPanel",
    "StaggeredResult",
    "StaggeredRules",
    "Statistic",
    "Step",
    "StepState",
    "Study",
    "StudyFacts",
    "Suggestion",
    "SurveyChangePlan",
    "SurveyWave",
    "SyntheticDetails",
    "SyntheticPanel",
    "SyntheticResult",
    "SyntheticRules",
    "TreatedAs",
    "TwoByTwo",
    "TwoWay",
    "UnitCost",
    "Versus",
    "Views",
    "Weight",
    "WithoutDonor",
    "Worth",
    "YearlyReport",
    "answer",
    "augmented_weights",
    "before_after_control",
    "broken_at",
    "cannot_say",
    "cheaper_ways",
    "check_ethics",
    "check_logic",
    "choose_penalty",
    "chosen_at_peak",
    "comparison_areas",
    "count_effect",
    "crossing_probabilities",
    "decompose_two_way",
    "design_level",
    "detectable_curve",
    "detectable_effect",
    "detectable_survey",
    "diary_doses",
    "displacement_quotient",
    "displacement_rings",
    "dose_effect",
    "entropy_balance",
    "expected_after_choice",
    "grade_lines",
    "group_time_effects",
    "harm_weighted_difference",
    "interrupted_series",
    "matched_areas",
    "month_dispersion",
    "plan_looks",
    "possible_designs",
    "process_of",
    "simplex_weights",
    "simulated_effect",
    "staggered_effect",
    "suggest",
    "sum_answers",
    "survey_change",
    "survey_change_by_group",
    "survey_outcome",
    "synthetic_control",
    "take_look",
    "total_net_effect",
    "two_way_coefficient",
    "verdict_of_effect",
    "verdict_on",
    "wave_of",
    "weighted_displacement_difference",
    "widened",
    "worth_of",
    "yearly_report",
]
