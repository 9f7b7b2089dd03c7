"""Polls: times proposed for one roundtable, and who can come at which."""
