"""What the pages of the shelf read."""
