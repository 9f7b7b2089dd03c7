"""Pages of administrators; everybody else gets 404."""

from peernet.admin.views import agreements, home, jobs, mail, people, recommended
from peernet.admin.views.blueprint import blueprint

__all__ = ["agreements", "blueprint", "home", "jobs", "mail", "people", "recommended"]
