"""Writing, versions, credits, publishing, and content/ in and out."""
