"""What pages of the workspace show."""
