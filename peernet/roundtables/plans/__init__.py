"""Plans of whole series: a draft that is worked out as a job, looked at, changed by hand, and announced."""
