"""The only place where p-values and false-discovery adjustments come from.

Every other module works out a statistic and its reference distribution and asks here for the
p-value, so that tails, ties and the number of tests are treated in one way throughout.
"""

from convive.core.significance.drawn import drawn_tails_p, gumbel_tail_p, monte_carlo_p
from convive.core.significance.many import benjamini_hochberg, benjamini_yekutieli, holm
from convive.core.significance.of_counts import (
    high_count_p,
    hypergeometric_p,
    poisson_share_p,
    share_tails,
    two_shares_p,
    two_shares_tails,
    two_sided_poisson_p,
)
from convive.core.significance.tails import (
    Alternative,
    averaged_f_p,
    averaged_t_p,
    chi_square_p,
    known_alternative,
    normal_p,
    two_sided_normal_p,
    two_sided_t_p,
)

__all__ = [
    "Alternative",
    "averaged_f_p",
    "averaged_t_p",
    "benjamini_hochberg",
    "benjamini_yekutieli",
    "chi_square_p",
    "drawn_tails_p",
    "gumbel_tail_p",
    "high_count_p",
    "holm",
    "hypergeometric_p",
    "known_alternative",
    "monte_carlo_p",
    "normal_p",
    "poisson_share_p",
    "share_tails",
    "two_shares_p",
    "two_shares_tails",
    "two_sided_normal_p",
    "two_sided_poisson_p",
    "two_sided_t_p",
]
