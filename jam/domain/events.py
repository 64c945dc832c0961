"""The catalogue of events: every kind of notice a jam's log can hold, and who may get it.

``docs/protocol.md`` and the browser's reducer are checked against this list. An event tells a client
*what changed* and carries the changed thing whole (``idea``, ``forum``, ``jam`` …) as far as that
viewer may see it, so a client applies every kind alike: put the newer version in place.
"""

from dataclasses import dataclass

from jam.domain.names import Visibility


@dataclass(frozen=True, slots=True)
class EventKind:
    """``carries`` names the wire field with the changed thing; ``visibility`` its widest audience."""

    kind: str
    visibility: Visibility
    carries: str
    meaning: str


EVENT_KINDS: dict[str, EventKind] = {
    e.kind: e
    for e in (
        EventKind("jam_created", Visibility.PUBLIC, "jam", "The jam exists."),
        EventKind("forum_opened", Visibility.PUBLIC, "forum", "A question was asked."),
        EventKind("forum_closed", Visibility.PUBLIC, "forum", "A question takes no more ideas."),
        EventKind("question_proposed", Visibility.STAFF, "proposal", "A participant proposed a question."),
        EventKind("question_taken_up", Visibility.STAFF, "proposal", "A forum was opened from a proposal."),
        EventKind("participant_joined", Visibility.STAFF, "participant", "A person came in."),
        EventKind("phase_started", Visibility.PUBLIC, "jam", "The bell rang and the next phase began."),
        EventKind("phase_extended", Visibility.PUBLIC, "jam", "This phase and all later ones end later."),
        EventKind("jam_paused", Visibility.PUBLIC, "jam", "The clock stands; nobody can write."),
        EventKind("jam_resumed", Visibility.PUBLIC, "jam", "The clock goes on; every later end moved."),
        EventKind("jam_reopened", Visibility.PUBLIC, "jam", "A close was taken back; its phase goes on."),
        EventKind("idea_submitted", Visibility.AUTHOR, "idea", "A text came in and waits for a check."),
        EventKind("idea_published", Visibility.PUBLIC, "idea", "Everyone can read the text from now on."),
        EventKind("idea_edited", Visibility.PUBLIC, "idea", "The author changed the text or the tags."),
        EventKind("idea_tagged", Visibility.PUBLIC, "idea", "The tags changed."),
        EventKind("idea_withdrawn", Visibility.PUBLIC, "idea", "The author took the text back."),
        EventKind("idea_restored", Visibility.PUBLIC, "idea", "The author put the text back."),
        EventKind("idea_returned", Visibility.PUBLIC, "idea", "A moderator gave it back to its author."),
        EventKind("idea_hidden", Visibility.PUBLIC, "idea", "A moderator took it out of sight under a rule."),
        EventKind("decision_undone", Visibility.PUBLIC, "idea", "A moderation decision was taken back."),
        EventKind("idea_flagged", Visibility.STAFF, "flags", "Somebody reported the text to the moderators."),
        EventKind("themes_published", Visibility.PUBLIC, "themes", "A theme map is ready."),
        EventKind("themes_corrected", Visibility.STAFF, "correction", "Somebody corrected the themes."),
        EventKind("themes_shown", Visibility.PUBLIC, "jam", "The themes are shown to everyone, or no more."),
        EventKind("ideas_placed", Visibility.PUBLIC, "placed", "New ideas were put beside the themes."),
        EventKind("report_published", Visibility.PUBLIC, "report", "A report version is ready."),
    )
}
"""By kind. ``public`` is narrowed to ``author`` for an idea that nobody was shown yet, and to ``staff`` for
themes and places that are not shown to everyone."""
