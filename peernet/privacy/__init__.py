"""Privacy: what is held on a person, why, and for how long; taking it along, and being forgotten."""
