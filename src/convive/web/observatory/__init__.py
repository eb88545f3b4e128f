"""The observatory: public pages over one finished audit."""
