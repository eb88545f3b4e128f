"""The knowledge shelf: what was tried elsewhere and here, how good it is, whether it fits.

An `Entry` is a practice with where it comes from, who judged it by which scheme, and what towns
that did it have to tell. Entries describe what was done for places and groups; none is about a
person.
"""
