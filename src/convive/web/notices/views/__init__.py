"""Views of notices and letters."""
