"""Every model once, for Alembic and the tests."""

from peernet.accounts import models as accounts
from peernet.addresses import models as addresses
from peernet.admin import models as admin
from peernet.agreements import models as agreements
from peernet.cohorts import models as cohorts
from peernet.db import Base
from peernet.desk import models as desk
from peernet.groups import models as groups
from peernet.jobs import models as jobs
from peernet.ledger import models as ledger
from peernet.live import models as live
from peernet.mail import models as mail
from peernet.materials import models as materials
from peernet.materials.contributors import models as contributors
from peernet.materials.earlier import models as earlier
from peernet.materials.quotations import models as quotations
from peernet.materials.reviews import models as reviews
from peernet.media import models as media
from peernet.organisations import models as organisations
from peernet.pages import models as pages
from peernet.privacy import models as privacy
from peernet.privacy.retention import models as retention
from peernet.prompts import models as prompts
from peernet.roundtables import models as roundtables
from peernet.roundtables.agendas import models as agendas
from peernet.roundtables.commitments import models as commitments
from peernet.roundtables.feedback import models as feedback
from peernet.roundtables.groupings import models as groupings
from peernet.roundtables.hours import models as hours
from peernet.roundtables.notes import models as notes
from peernet.roundtables.openings import models as openings
from peernet.roundtables.partners import models as partners
from peernet.roundtables.plans import models as plans
from peernet.roundtables.polls import models as polls
from peernet.roundtables.questions import models as questions
from peernet.roundtables.recordings import models as recordings
from peernet.roundtables.running import models as running
from peernet.roundtables.tablenotes import models as tablenotes
from peernet.search import models as search
from peernet.tokens import models as tokens
from peernet.web import models as web

ROOMS = (
    tokens, ledger, jobs, mail, media, search, addresses, pages, live, web, accounts, organisations, cohorts,
    agreements, prompts, groups, roundtables, openings, agendas, hours, plans, polls, groupings, partners, running,
    questions, notes, tablenotes, commitments, recordings, feedback, materials, contributors, earlier, quotations,
    reviews, desk, privacy, retention, admin,
)  # fmt: skip
metadata = Base.metadata
