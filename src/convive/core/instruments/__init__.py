"""Instruments: questionnaires, on-site audits, checklists, matrices and scorecards as data.

`model` says what an instrument is, `expression` is its small language (the part of XPath that
XLSForm uses), `filling` decides what is asked and which answers can stand, `scoring` computes
what the instrument declares and nothing else.
"""
