"""Notes of a roundtable, step by step, in two parts: what was said, and what was agreed."""
