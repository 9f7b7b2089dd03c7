"""What each table notes in a step in groups: its own while the step goes on, everybody's in the cohort after it."""
