"""Evidence that an agreement opens: tables of counts, protected once for everybody."""
