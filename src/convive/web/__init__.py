"""Convive: the public pages (and later the workspace) over a finished audit."""
