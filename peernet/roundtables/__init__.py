"""Planning, answers, reading, agenda, reminders and calendar files of roundtables."""
