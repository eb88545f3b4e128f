"""What fieldwork pages show, made from what selectors read."""
