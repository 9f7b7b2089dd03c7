"""What makes a network look like itself, out of the settings: its colours, its logo, its menu and its own pages."""
