"""What came of a roundtable: shown on its page after the end, and mailed once to everybody who was invited."""
