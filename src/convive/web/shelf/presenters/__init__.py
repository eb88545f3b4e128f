"""What the pages of the shelf show, in words."""
