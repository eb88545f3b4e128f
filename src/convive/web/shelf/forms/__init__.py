"""Forms of the knowledge shelf."""
