"""Who you are: ways in, profile, sessions."""
