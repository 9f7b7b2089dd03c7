"""The checklist before a material is public: what blocks it, what is worth another look, and where to put it right."""
