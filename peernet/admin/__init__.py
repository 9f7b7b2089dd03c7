"""Running the installation, and nothing of what its people wrote."""
