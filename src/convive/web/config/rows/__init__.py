"""Rows of the workspace as lines of JSON that any database can be filled from.

Everything goes by the tables as the migrations say that they are, not by today's models: so an old
workspace can be written out before it is brought up to date, and an old backup read in and then
brought up to date.
"""
