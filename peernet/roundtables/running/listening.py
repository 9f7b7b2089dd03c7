"""Who hears that something happened in a room: whoever may open its roundtable, as long as they may."""

from collections.abc import Collection, Hashable

from sqlalchemy.orm import Session

from peernet.accounts.access import still_signed_in
from peernet.roundtables import access
from peernet.web.viewer import Viewer


def topic_of(roundtable_id: int) -> str:
    """Where what happens in a room is told."""
    return f"roundtable:{roundtable_id}"


def admitted(db: Session, topic: str, whom: Collection[Hashable]) -> Collection[Hashable]:
    """Of viewers who listen to a room, those who may open it now and are still signed in. Two queries."""
    viewers = [each for each in whom if isinstance(each, Viewer)]
    people = {each.person_id for each in viewers if each.person_id is not None}
    sign_ins = {each.sign_in_id for each in viewers if each.sign_in_id is not None}
    may = set(db.scalars(access.who_may_open(int(topic.partition(":")[2]), people)))
    here = set(db.scalars(still_signed_in(sign_ins)))
    return [each for each in viewers if each.person_id in may and each.sign_in_id in here]
