"""What people do with evaluations, each with its event in the log."""
