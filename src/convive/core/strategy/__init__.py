"""A local security strategy: what is planned, delivered and paid, and what follows from it."""
