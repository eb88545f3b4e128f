"""Views of the knowledge shelf."""
