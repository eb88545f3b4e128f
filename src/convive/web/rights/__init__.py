"""Who may use which evidence, for what and until when; what is kept, and what was erased."""
