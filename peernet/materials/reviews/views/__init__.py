"""Pages of reviews: for those who write, and for those who are asked, with an account or by a link."""

from peernet.materials.reviews.views import asking, link, planning, reviewing

__all__ = ["asking", "link", "planning", "reviewing"]
