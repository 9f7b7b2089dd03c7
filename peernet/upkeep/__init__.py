"""Keeping an installation up: who runs on it, a newer schema, another kind of database."""
