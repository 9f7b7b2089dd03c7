"""Who sees what of cohorts. Every statement answers for one viewer; what it leaves out does not exist for them.

Roles: organisers and facilitators lead; members, observers, facilitators and organisers read the inner page; an expert
is a guest of one roundtable and sees nothing else. Closing a cohort ends no membership, so its alumni keep reading. Who
left keeps only what they wrote.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session, joinedload

from peernet.accounts.access import email_key
from peernet.accounts.models import Person
from peernet.cohorts.models import Cohort, CohortState, Invitation, Membership, Role, Seat
from peernet.organisations.models import Organisation
from peernet.web.viewer import Viewer

INSIDE = (Role.MEMBER, Role.OBSERVER, Role.FACILITATOR, Role.ORGANISER)
LEADING = (Role.FACILITATOR, Role.ORGANISER)
ORGANISING = (Role.ORGANISER,)


def present(viewer: Viewer, roles: tuple[Role, ...], cohort_id: Any) -> ColumnElement[bool]:
    """Whether the viewer holds one of the roles in the cohort now."""
    return exists().where(
        Membership.cohort_id == cohort_id,
        Membership.person_id == viewer.person_id,
        Membership.role.in_(roles),
        Membership.left_at.is_(None),
    )


def listed_publicly() -> Select[Cohort]:
    """Cohorts that have a public page, newest first."""
    return select(Cohort).where(Cohort.state != CohortState.DRAFT).order_by(Cohort.starts_on.desc(), Cohort.id.desc())


def visible_to(viewer: Viewer) -> Select[Cohort]:
    """Cohorts whose inner page the viewer may open."""
    return select(Cohort).where(present(viewer, INSIDE, Cohort.id))


def led_by(viewer: Viewer) -> Select[Cohort]:
    """Cohorts that the viewer facilitates or organises."""
    return select(Cohort).where(present(viewer, LEADING, Cohort.id))


def run_by(viewer: Viewer) -> Select[Cohort]:
    """Cohorts that the viewer organises."""
    return select(Cohort).where(present(viewer, ORGANISING, Cohort.id))


def staffed_by(viewer: Viewer) -> Select[Cohort]:
    """Cohorts whose organisers the viewer may appoint: an administrator's all, without a look inside."""
    return select(Cohort).where(or_(_if(viewer.is_admin), present(viewer, ORGANISING, Cohort.id)))


def may_start(db: Session, viewer: Viewer) -> bool:
    """Whether the viewer may start a cohort: administrators, and who organises one already."""
    return viewer.is_admin or bool(db.scalar(select(_organised(viewer).exists())))


def memberships_of(viewer: Viewer) -> Select[Membership]:
    """The viewer's own present roles, with cohort, seat and organisation."""
    return (
        select(Membership)
        .join(Membership.cohort)
        .where(Membership.person_id == viewer.person_id, Membership.left_at.is_(None))
        .options(
            joinedload(Membership.cohort),
            joinedload(Membership.person),
            joinedload(Membership.seat).joinedload(Seat.organisation),
        )
        .order_by(Cohort.starts_on.desc(), Cohort.id.desc())
    )


def my_membership(viewer: Viewer, cohort_id: int) -> Select[Membership]:
    """The viewer's own present role in one cohort."""
    return memberships_of(viewer).where(Membership.cohort_id == cohort_id)


def people_of(cohort_id: int) -> Select[Membership]:
    """Everybody present in a cohort that was itself loaded through one of the statements above."""
    return (
        select(Membership)
        .where(Membership.cohort_id == cohort_id, Membership.left_at.is_(None))
        .options(
            joinedload(Membership.person),
            joinedload(Membership.cohort),
            joinedload(Membership.seat).joinedload(Seat.organisation),
        )
        .order_by(Membership.role, Membership.id)
    )


def seats_of(cohort_id: int) -> Select[Seat]:
    """The seats taken in a loaded cohort, by name of the organisation."""
    return (
        select(Seat)
        .join(Seat.organisation)
        .where(Seat.cohort_id == cohort_id, Seat.left_at.is_(None))
        .options(joinedload(Seat.organisation), joinedload(Seat.cohort))
        .order_by(Seat.id)
    )


def seats_left(cohort_id: int) -> Select[Seat]:
    """The seats of a loaded cohort that nobody has now; one given again is the same row."""
    return select(Seat).where(Seat.cohort_id == cohort_id, Seat.left_at.is_not(None)).order_by(Seat.id)


def organisers_of(cohort_id: int) -> Select[Membership]:
    """The organisers of a loaded cohort."""
    return people_of(cohort_id).where(Membership.role == Role.ORGANISER)


def open_invitations(cohort_id: int) -> Select[Invitation]:
    """Invitations of a cohort that its organiser loaded, neither accepted nor revoked."""
    return (
        select(Invitation)
        .where(Invitation.cohort_id == cohort_id, Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
        .options(
            joinedload(Invitation.seat).joinedload(Seat.organisation),
            joinedload(Invitation.cohort),
            joinedload(Invitation.token),
        )
        .order_by(Invitation.id)
    )


def unmailed_invitations(ids: Collection[int]) -> Select[Invitation, str]:
    """For the worker: those of the invitations that are open and never mailed, each with the name of who invites."""
    return (
        select(Invitation, Person.name)
        .outerjoin(Person, Person.id == Invitation.invited_by_id)
        .where(Invitation.id.in_(ids), Invitation.token_id.is_(None))
        .where(Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
        .options(joinedload(Invitation.cohort), joinedload(Invitation.seat).joinedload(Seat.organisation))
        .order_by(Invitation.id)
    )


def organisers_invited(cohort_id: int) -> Select[Invitation]:
    """Open invitations to organise a loaded cohort."""
    return open_invitations(cohort_id).where(Invitation.role == Role.ORGANISER)


def invitation_behind(token_subject: str) -> Select[Invitation]:
    """The invitation that a genuine token is for."""
    return (
        select(Invitation)
        .where(Invitation.id == int(token_subject.removeprefix("invitation:")))
        .options(joinedload(Invitation.cohort), joinedload(Invitation.seat).joinedload(Seat.organisation))
    )


def present_at(cohort_id: int, email: str) -> Select[Membership]:
    """The present membership of the holder of an address in a loaded cohort."""
    return people_of(cohort_id).join(Membership.person).where(Person.email_key == email_key(email))


def is_present(db: Session, cohort_id: int, person_id: int) -> bool:
    """Whether a person has a role in the cohort."""
    return db.scalar(_now_in(cohort_id).where(Membership.person_id == person_id)) is not None


def has_other_organiser(db: Session, membership: Membership) -> bool:
    """Whether the cohort of a membership has an organiser beside it."""
    organisers = _now_in(membership.cohort_id).where(Membership.role == Role.ORGANISER)
    return db.scalar(organisers.where(Membership.id != membership.id).limit(1)) is not None


def _now_in(cohort_id: int) -> Select[int]:
    return select(Membership.id).where(Membership.cohort_id == cohort_id, Membership.left_at.is_(None))


# For verbs only: nothing of what this loads is shown to anybody.


def all_cohorts() -> Select[Cohort]:
    """Every cohort, drafts too."""
    return select(Cohort).order_by(Cohort.id)


# Organisations. Who speaks for one, and whether the public sees it, follows from seats; so it is decided here.


def organisations_listed() -> Select[Organisation]:
    """Organisations with a public page: hosts, and those with a seat in a cohort that is not a draft; by name."""
    return select(Organisation).where(_is_listed()).order_by(Organisation.name, Organisation.id)


def is_listed(db: Session, organisation: Organisation) -> bool:
    """Whether an organisation has a public page."""
    return db.scalar(select(Organisation.id).where(_is_listed(), Organisation.id == organisation.id)) is not None


def organisations_choosable_by(viewer: Viewer) -> Select[Organisation]:
    """Organisations that the viewer may seat in a cohort of theirs: public ones, those of their own cohorts, and those
    that sit nowhere yet. Who sits in somebody else's draft is not told."""
    seated = exists().where(Seat.organisation_id == Organisation.id, Seat.left_at.is_(None))
    own = _seat_of_organisation().where(_of(viewer, ORGANISING))
    choosable = or_(_is_listed(), ~seated, own.exists(), _if(viewer.is_admin))
    return select(Organisation).where(choosable).order_by(Organisation.name, Organisation.id)


def organisations_run_by(viewer: Viewer) -> Select[Organisation]:
    """Organisations that the viewer may change wholly: an organiser of a cohort where one sits, administrators all."""
    own = _seat_of_organisation().where(_of(viewer, ORGANISING))
    return select(Organisation).where(or_(own.exists(), _if(viewer.is_admin)))


def organisations_editable_by(viewer: Viewer) -> Select[Organisation]:
    """Organisations of which the viewer may change something: those above, and whose seat they hold."""
    own = _seat_of_organisation().where(_of(viewer, ORGANISING))
    held = _seat_of_organisation().where(Membership.seat_id == Seat.id, _of(viewer, (Role.MEMBER,)))
    return select(Organisation).where(or_(own.exists(), held.exists(), _if(viewer.is_admin)))


def _is_listed() -> ColumnElement[bool]:
    seated = exists().where(
        Seat.organisation_id == Organisation.id,
        Seat.left_at.is_(None),
        Seat.cohort_id == Cohort.id,
        Cohort.state != CohortState.DRAFT,
    )
    return or_(Organisation.is_host, seated)


def _seat_of_organisation() -> Select[Any]:
    return (
        select(Seat.id)
        .join(Membership, Membership.cohort_id == Seat.cohort_id)
        .where(Seat.organisation_id == Organisation.id, Seat.left_at.is_(None))
    )


def _of(viewer: Viewer, roles: tuple[Role, ...]) -> ColumnElement[bool]:
    return and_(Membership.person_id == viewer.person_id, Membership.role.in_(roles), Membership.left_at.is_(None))


def _organised(viewer: Viewer) -> Select[Any]:
    return select(Membership.id).where(_of(viewer, ORGANISING))


def _if(held: bool) -> ColumnElement[bool]:
    return true() if held else false()


def audiences(db: Session, viewer: Viewer) -> frozenset[str]:
    """The audience keys that the viewer holds: what search and media may show them."""
    keys = {"public"}
    if viewer.person_id is None:
        return frozenset(keys)
    keys.add(f"person:{viewer.person_id}")
    held = select(Membership.cohort_id, Membership.role, Membership.seat_id).where(
        Membership.person_id == viewer.person_id, Membership.left_at.is_(None)
    )
    for cohort_id, role, seat_id in db.execute(held):
        if role in INSIDE:
            keys.add(f"cohort:{cohort_id}")
        if role is Role.MEMBER:
            keys |= {f"seat:{seat_id}", f"member:{cohort_id}:{viewer.person_id}"}
        if role in LEADING:
            keys.add(f"facilitators:{cohort_id}")
        if role in ORGANISING:
            keys.add(f"organisers:{cohort_id}")
    return frozenset(keys)
