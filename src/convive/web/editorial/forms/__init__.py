"""Forms of editions and corrections."""
