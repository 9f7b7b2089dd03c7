"""Learning materials: writing, credits, versions, publishing, and content/ in and out."""
