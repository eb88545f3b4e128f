"""Views of editions and corrections."""
