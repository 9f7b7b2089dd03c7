"""Forming the groups of a whole series, so that everyone meets everyone as evenly as can be.

Pure: no database, no clock, no request, no words for people, and the standard library only. A ``Problem`` goes in, an
``Outcome`` comes out: a plan, what it costs, and below what no plan can cost.
"""
