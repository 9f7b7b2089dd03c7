"""Review of a material before it is published: who reads it, what they say, who approved which text, and when it goes
out."""
