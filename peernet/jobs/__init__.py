"""Deferred work as rows with a lease; huey only carries ids and the timetable."""
