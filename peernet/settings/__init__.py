"""Settings: one frozen tree, read once from a TOML file and the environment."""

from peernet.settings.load import SettingsError, current, load, make_data_folder, use, with_secret
from peernet.settings.tree import Settings

__all__ = ["Settings", "SettingsError", "current", "load", "make_data_folder", "use", "with_secret"]
