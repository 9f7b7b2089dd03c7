"""Canaries: each private word of a whole world carries a mark, and every address is walked as everybody."""
