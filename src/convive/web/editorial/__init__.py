"""Editorial: which audit the public sees, from when, with which corrections; decided by two."""
