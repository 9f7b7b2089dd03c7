"""A recap as plain values, for the templates of its mail: no names beside those of who took something on."""

from typing import Any

from peernet.roundtables.emails import page_of
from peernet.roundtables.models import Roundtable
from peernet.roundtables.recaps.gathering import Recap
from peernet.settings import current


def told(one: Roundtable, found: Recap) -> dict[str, Any]:
    """What the mail on a loaded roundtable tells. Pure, but for the public address."""
    prompts = f"{current().public_url}/c/{one.cohort.slug}/prompts"
    return {
        "asked": [each.text for each in found.asked],
        "agreed": found.agreed,
        "taken_on": [(each.person.name, each.text, each.due_on) for each in found.taken_on],
        "waiting": [each.text for each in found.waiting],
        "to_answer": [(each.text, f"{prompts}/{each.asking_id}") for each in found.to_answer],
        "recording": f"{page_of(one)}/recording" if found.recording else "",
        "until": one.corrected_until,
    }
