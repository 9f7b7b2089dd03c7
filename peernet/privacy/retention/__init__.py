"""How long what a cohort's people said and gave is kept after its end: set, announced, carried out, reported."""
