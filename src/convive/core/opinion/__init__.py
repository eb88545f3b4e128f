"""Opinion landscape: groups among votes on statements, what unites and what divides them."""

from convive.core.opinion.axes import Axes, count_axes
from convive.core.opinion.clusters import adjusted_rand, best_jaccard
from convive.core.opinion.grouping import (
    Grouping,
    GroupingOptions,
    cross_fitted_labels,
    group_participants,
)
from convive.core.opinion.landscape import OpinionLandscape, opinion_landscape
from convive.core.opinion.projection import Projection, project
from convive.core.opinion.statements import GroupVotes, StatementFindings, assess_statements
from convive.core.opinion.votes import Votes, read_votes

__all__ = [
    "Axes",
    "GroupVotes",
    "Grouping",
    "GroupingOptions",
    "OpinionLandscape",
    "Projection",
    "StatementFindings",
    "Votes",
    "adjusted_rand",
    "assess_statements",
    "best_jaccard",
    "count_axes",
    "cross_fitted_labels",
    "group_participants",
    "opinion_landscape",
    "project",
    "read_votes",
]
