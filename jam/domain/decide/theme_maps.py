"""Decisions about whole theme maps: one goes on record, new ideas are put beside it, everyone may see it."""

from jam.domain.commands import PlaceIdeas, PublishThemes, ShowThemes
from jam.domain.facts import Decision, Facts, NewEvent
from jam.domain.names import Status, Visibility
from jam.domain.records import Jam, Millis, ThemePlacing
from jam.domain.rejections import Rejection, reject
from jam.domain.views import Viewer


def publish_themes(command: PublishThemes, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Put a theme map on record; the map itself is stored beside the log by the same transaction.

    Of two servers that made the same version the later is refused, and makes another.
    """
    if command.version <= facts.themes.version:
        return reject("changed_meanwhile")
    data: dict[str, object] = {
        "version": command.version,
        "at_seq": command.at_seq,
        "themes": command.themes,
        "one_of_a_kind": command.one_of_a_kind,
        "digest": command.digest,
        "corrections_seq": command.corrections_seq,
        "final": command.final,
        "fell_back": command.fell_back,
    }
    event = NewEvent("themes_published", _audience(facts.jam, command.final), command.theme_map_id, data)
    return Decision([event], [], {"seq": facts.next_seq})


def _audience(jam: Jam, final: bool) -> Visibility:
    return Visibility.PUBLIC if jam.themes_shown or final else Visibility.STAFF


def place_ideas(command: PlaceIdeas, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Put new ideas beside the current map: those that everyone can read and that are not there already."""
    if command.version != facts.themes.version:
        return reject("theme_gone")
    placings = [
        ThemePlacing(
            jam_id=facts.jam.id,
            version=command.version,
            idea_id=idea,
            org_id=facts.jam.org_id,
            theme_id=place.theme,
            x=place.x,
            y=place.y,
        )
        for idea, place in command.places.items()
        if _can_be_read(idea, facts) and facts.themes.placed.get(idea) != place.theme
    ]
    if not placings:
        return Decision([], [], {"placed": 0})
    places = {one.idea_id: one.theme_id for one in placings}
    data = {"version": command.version, "places": places}
    event = NewEvent("ideas_placed", _audience(facts.jam, facts.themes.final), facts.jam.id, data)
    return Decision([event], [*placings], {"placed": len(placings), "seq": facts.next_seq})


def _can_be_read(idea_id: str, facts: Facts) -> bool:
    idea = facts.ideas.get(idea_id)
    return idea is not None and idea.status is Status.PUBLISHED and idea.reply_to is None


def show_themes(command: ShowThemes, actor: Viewer, facts: Facts, now: Millis) -> Decision | Rejection:
    """Let everyone see the themes while the jam runs, or the staff alone."""
    jam = facts.jam
    data = {"shown": command.shown, "version": jam.version}
    event = NewEvent("themes_shown", Visibility.PUBLIC, jam.id, data)
    return Decision([event], [jam.with_(themes_shown=command.shown)], {"seq": facts.next_seq})
