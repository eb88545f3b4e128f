"""The town's own sign-in (OpenID Connect)."""
