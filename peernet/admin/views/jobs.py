"""Jobs that were given up."""

from flask.typing import ResponseReturnValue

from peernet.admin import access, paging
from peernet.admin.views.blueprint import blueprint
from peernet.i18n import gettext as _
from peernet.jobs import jobs
from peernet.web.pages import notice, redirect_to, render
from peernet.web.request import db, load
from peernet.web.rules import Rule, rule


@blueprint.get("/admin/jobs")
@rule(Rule.ADMIN)
def list_jobs() -> ResponseReturnValue:
    """Dead jobs. Of an error only its first line is shown: the others may quote what somebody wrote."""
    page = paging.page_of(db(), access.dead_jobs())
    first_lines = {job.id: job.error.partition("\n")[0] for job in page.rows}
    return render("admin/jobs.html", page=page, errors=first_lines)


@blueprint.post("/admin/jobs/<int:job_id>/revive")
@rule(Rule.ADMIN)
def revive_job(job_id: int) -> ResponseReturnValue:
    """Try a dead job again."""
    jobs.revive(db(), load(access.dead_job(job_id)))
    notice(_("The job is tried again."))
    return redirect_to("admin.list_jobs")
