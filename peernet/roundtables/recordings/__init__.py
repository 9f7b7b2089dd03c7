"""Recordings of roundtables: whether all who are there agree, the recording itself, and until when it is kept."""
