"""How a command ends: 0 done, 1 it was refused or a check failed, 2 the command or the settings are wrong."""

FAILED, WRONG = 1, 2
