"""All declarations, and the tables that hold nothing of anybody. A new table or column is declared here or the tests
fail."""

from peernet.privacy.register import accounts, cohorts, machinery, materials, prompts, roundtables

ENTRIES = (
    *accounts.ENTRIES,
    *cohorts.ENTRIES,
    *prompts.ENTRIES,
    *roundtables.ENTRIES,
    *materials.ENTRIES,
    *machinery.ENTRIES,
)

# What each of these says, it says of a cohort, an organisation or a material, and of no person. Texts that
# people of a roundtable keep together may name one: see :mod:`peernet.privacy.shared`.
OF_NOBODY = frozenset(
    {
        "agenda_step", "asking", "beat", "cohort", "content_file", "former_address", "keeping", "live_event",
        "live_topic", "material_alike", "material_file", "material_organisation", "material_question",
        "material_related", "material_topic", "material_translation", "material_word", "method", "opening",
        "organisation", "page_counter", "page_touch", "partners_period", "poll_option", "quotation_shown", "reading",
        "recording_clip", "recording_transcript", "recording_unnamed", "removal", "room_ballot", "room_note",
        "room_question_vote", "roundtable", "roundtable_grouping", "roundtable_prompt", "seat", "seat_done",
        "series_grouping", "table_note", "topic", "trouble",
    }
)  # fmt: skip
