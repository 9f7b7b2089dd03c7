"""Calendars that programs subscribe to: one's own, a cohort's for those who lead it, and what all are made of."""
