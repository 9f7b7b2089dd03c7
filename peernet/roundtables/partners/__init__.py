"""Pairs and trios for the weeks between roundtables: learning partners, peer consulting, buddies; in a rhythm."""
