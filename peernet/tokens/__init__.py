"""Purpose-bound, expiring, revocable tokens; a mailed one is filled in at delivery."""
