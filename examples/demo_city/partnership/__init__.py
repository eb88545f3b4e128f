"""What people do with the audit of the invented town: partners, a strategy, a year of delivery.

Entered by the same actions as a town's own hands would, after the audit, because challenges are
made from its findings. Texts are in the pack's first language.
"""

from .enter import write_partnership

__all__ = ["write_partnership"]
