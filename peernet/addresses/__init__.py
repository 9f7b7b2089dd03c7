"""Addresses that change: what stood at one before leads on from there for ever, and nothing else is given it."""
