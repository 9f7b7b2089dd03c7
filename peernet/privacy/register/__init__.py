"""The register: every column of the schema that concerns a person, and what erasing them does with it."""
