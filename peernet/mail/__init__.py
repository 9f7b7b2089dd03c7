"""Compose a mail from three templates, keep it as an outbox row, deliver it at least once."""
