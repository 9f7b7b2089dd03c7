"""Weekly hours: when a person can come, in their own wall time. Their owner and the planner read them, nobody else."""
