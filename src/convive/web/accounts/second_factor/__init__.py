"""What an account proves itself by besides its password."""
