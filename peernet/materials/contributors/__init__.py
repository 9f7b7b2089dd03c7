"""People of a cohort who are named with a material: asked how they wish to be, and free to change it."""
