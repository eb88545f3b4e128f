"""Inputs that R and the tests both read: generated here, so that nothing of others is shipped.

One module an area with a function ``inputs()`` that returns tables by name, each a mapping of
column name to a sequence. `tools/oracle.py` hands them to ``tools/oracle/<area>.R`` as CSV and
keeps what R prints in ``tests/oracle/r/<area>.json``.
"""
