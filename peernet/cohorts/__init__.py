"""Cohorts, seats, roles and invitations."""
