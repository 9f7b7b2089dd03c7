"""What happened: one row each, append-only; histories, notices and measures are its readers."""
