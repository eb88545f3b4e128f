"""Use cases of the knowledge shelf: find, fit, adopt, remember, exchange."""
