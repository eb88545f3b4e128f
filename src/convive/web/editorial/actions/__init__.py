"""What is done with editions and corrections."""
