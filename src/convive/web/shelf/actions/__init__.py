"""What is done with what is on the shelf."""
