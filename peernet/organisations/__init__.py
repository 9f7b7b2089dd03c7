"""Whom you speak for."""
