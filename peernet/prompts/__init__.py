"""The prompt library, asking, responses, visibility and attribution."""
