"""The closed list of refusals: a stable code and a sentence that says what to do.

A ``Rejection`` is an expected answer that goes to the person; ``JamError`` is operational and is
logged once. Codes are law (programs match on them); sentences may be translated.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


class JamError(Exception):
    """Something operational went wrong: the message names the cause and what to do about it."""


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of refusal.

    ``status`` is the HTTP status; ``sentence`` may hold ``{placeholders}`` filled by ``reject``;
    ``retry`` says that the same command may succeed later, so a client should keep and resend it.
    """

    code: str
    status: int
    sentence: str
    retry: bool = False


CODES: dict[str, Code] = {
    c.code: c
    for c in (
        # text
        Code("text_missing", 422, "Enter an idea"),
        Code("text_too_long", 422, "Idea must be {limit} characters or less. It has {length}"),
        Code("text_control_chars", 422, "Remove hidden control characters"),
        Code("text_too_many_marks", 422, "Use at most 4 marks on one letter"),
        Code("not_unicode", 400, "The text is not valid Unicode"),
        Code("too_many_tags", 422, "Use 5 tags or fewer"),
        Code("tag_bad", 422, "A tag must have 1 to 30 characters"),
        Code("handle_missing", 422, "Enter the name that others will see"),
        Code("handle_too_long", 422, "A name must be 40 characters or less"),
        Code("handle_reserved", 422, "This name is kept for the people who run the jam. Choose another"),
        Code("handle_taken", 409, "Somebody in this jam has this name. Choose another"),
        Code("title_bad", 422, "A title must have 1 to 200 characters"),
        Code("host_bad", 422, "A host's name must have 40 characters or less"),
        Code("rules_bad", 422, "The house rules must have 5,000 characters or less"),
        Code("notice_bad", 422, "The privacy notice must have 5,000 characters or less"),
        Code("question_bad", 422, "A question must have 1 to 500 characters"),
        Code("note_too_long", 422, "A note must be 500 characters or less"),
        Code("answer_missing", 422, "Answer the question: {label}"),
        Code(
            "answer_bad", 422, "Choose one of the answers offered, or write 200 characters or less: {label}"
        ),
        # form of the command
        Code("bad_frame", 400, "Send one JSON object in a text frame"),
        Code("bad_json", 400, "The body is not valid JSON: {detail}"),
        Code("unknown_type", 400, "There is no command of this name"),
        Code("unknown_field", 422, "The field {field} is not known here"),
        Code("bad_field", 422, "A field is missing or has the wrong form: {detail}"),
        Code("bad_query", 400, "The address has a part that is not known: {detail}"),
        Code("client_id_missing", 422, "Every command needs a client id"),
        Code("client_id_bad", 422, "A client id has 1 to 64 letters, digits, - or _"),
        Code("body_too_large", 413, "Send 64 KB or less"),
        Code("body_too_slow", 408, "The request took too long to arrive. Send it again", retry=True),
        Code("unsupported_type", 415, "Send {expected}, as UTF-8 and not compressed"),
        Code("bad_form", 400, "The form could not be read. Send it again"),
        Code("method_not_allowed", 405, "This address does not take this method"),
        Code("bad_host", 400, "This server does not answer to that host name"),
        # socket
        Code("version_unsupported", 400, "This server speaks version {supported}"),
        Code("say_hello_first", 400, "Say hello before any command"),
        Code("already_joined", 400, "Hello was said already"),
        Code("bad_cursor", 400, "A cursor is a whole number from 0 on"),
        Code("too_many_in_flight", 429, "Wait for the answers to what you sent", retry=True),
        # who
        Code("sign_in_needed", 401, "Join the jam or sign in first"),
        Code("not_allowed", 403, "Your role in this jam does not allow this"),
        Code("origin_missing", 403, "The page that sent this is not known"),
        Code("origin_refused", 403, "This came from another web site"),
        Code("form_stale", 403, "Your page was open too long. Your text is kept - send again"),
        Code("enter_first", 403, "You run jams here and are not in this one yet. Enter it first"),
        Code("sign_in_wrong", 403, "The name or the password is wrong"),
        Code("account_name_bad", 422, "A name must have 1 to 40 characters"),
        Code("account_name_taken", 409, "Somebody who runs jams here has this name. Choose another"),
        Code("password_bad", 422, "A password must have 12 to 200 characters"),
        Code("removed", 403, "You were removed from this jam"),
        Code("link_used", 410, "This link was used already. Ask for a new one"),
        Code("link_expired", 410, "This link has expired. Ask for a new one"),
        Code("token_wrong", 403, "This token is wrong, was used already, or has expired"),
        Code("code_unknown", 404, "We cannot find that code. Check it has 8 letters and numbers"),
        Code("not_found", 404, "There is nothing here"),
        # when
        Code("jam_not_started", 409, "The jam opens at {starts_at}"),
        Code("phase_over", 409, "The time for this is over. Your text is kept on this device"),
        Code("not_yet", 409, "This opens in a later phase"),
        Code("report_not_yet", 409, "The report is made when the time for ideas is over. Look again then"),
        Code("jam_paused", 409, "The jam is paused. Your text is kept", retry=True),
        Code("jam_closed", 409, "The jam closed at {closed_at}. Your text is saved on this device"),
        Code("slow_down", 429, "You can send again in {seconds} seconds", retry=True),
        Code("try_later", 503, "The server is busy. Try again in a moment", retry=True),
        Code("storage_full", 507, "The server cannot store more now. Your text is kept", retry=True),
        Code("internal_error", 500, "Something went wrong here. Your text is kept. Try again", retry=True),
        # ideas and moderation
        Code("forum_closed", 409, "This forum takes no more ideas"),
        Code("already_decided", 409, "{by} {status} this {seconds_ago} ago"),
        Code("already_flagged", 409, "You reported this idea already"),
        Code("changed_meanwhile", 409, "This changed meanwhile. Look at it again"),
        Code("rule_needed", 422, "Name the rule"),
        Code("nothing_to_undo", 409, "There is no decision to undo"),
        # themes
        Code("no_themes_yet", 409, "There are no themes yet. They come with the 12th idea"),
        Code("theme_changed", 409, "{by} {do} {seconds_ago} ago. Look at the themes again"),
        Code("theme_gone", 409, "This theme is not there any more. Look at the themes again"),
        Code("undo_later_first", 409, "{by} {do} after it. Undo that first"),
        Code("kept_apart", 409, "Some of these ideas are kept apart. Take that back first"),
        Code("name_taken", 409, "Another theme has this name. Choose another"),
        Code("name_bad", 422, "A theme's name must have 1 to {limit} characters"),
        Code("ideas_bad", 422, "Choose {fewest} to {most} different ideas"),
        Code("merge_bad", 422, "Choose 2 or more themes, and which of them stays"),
        Code("split_bad", 422, "A split needs 1 to 6 parts of the theme's own ideas, and some must stay"),
        # jam
        Code("minutes_out_of_range", 422, "Enter 1 to 120 minutes"),
        Code("schedule_bad", 422, "The schedule cannot be used: {detail}"),
        Code("settings_bad", 422, "A setting cannot be used: {detail}"),
        Code("zone_bad", 422, "Name a time zone such as Europe/London"),
        Code("opening_bad", 422, "The opening time cannot be used: {detail}"),
        Code("join_questions_bad", 422, "The join questions cannot be used: {detail}"),
        Code("not_closed", 409, "The jam is not closed"),
        Code("already_paused", 409, "The jam is paused already"),
        Code("not_paused", 409, "The jam is not paused"),
        Code("phase_changed", 409, "The phase changed meanwhile: it is now “{phase}”"),
        Code("times_changed", 409, "The times changed meanwhile: this phase now ends at {ends_at}"),
        Code("database_in_use", 409, "The database is in use by a running server"),
    )
}


@dataclass(frozen=True, slots=True)
class Rejection:
    """An expected refusal of one command, with the facts that fill its sentence."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The HTTP status that carries this refusal."""
        return CODES[self.code].status

    @property
    def retry(self) -> bool:
        """Whether the same command may succeed later."""
        return CODES[self.code].retry

    @property
    def message(self) -> str:
        """The sentence for the person."""
        spelled = {name: _spelled(name, fact) for name, fact in self.facts.items()}
        if self.code == "jam_not_started" and self.facts.get("starts_at") is None:
            return "The jam opens when a facilitator starts it"
        return CODES[self.code].sentence.format_map(_Facts(spelled))


_PHASES = {
    "lobby": "Lobby",
    "ideate": "Ideas",
    "build": "Building on ideas",
    "prioritise": "Choosing",
    "wrap_up": "Wrap-up",
    "closed": "Closed",
}


_DID = {"published": "approved", "hidden": "hid", "pending": "put back"}


_CORRECTED = {
    "merge": "merged these themes",
    "split": "split this theme",
    "rename": "renamed this theme",
    "move": "moved these ideas",
    "pin": "pinned these ideas",
    "unpin": "unpinned these ideas",
    "apart": "kept these ideas apart",
    "not_idea": "marked this as no idea",
    "is_idea": "marked this as an idea",
    "accept": "accepted this suggestion",
    "refuse": "refused this suggestion",
    "undo": "took a correction back",
}


def _spelled(name: str, fact: Any) -> Any:
    """A fact as people read it: a moment in ms as a date and time in UTC, a phase by its name, what led to
    a status as a deed, seconds as a length of time."""
    if name.endswith("_at") and isinstance(fact, int):
        return f"{datetime.fromtimestamp(fact / 1000, UTC):%Y-%m-%d %H:%M} UTC"
    if name == "seconds_ago":
        return _length(fact)
    return {"phase": _PHASES, "status": _DID, "do": _CORRECTED}.get(name, {}).get(fact, fact)


def _length(seconds: int) -> str:
    units = (("day", 86_400), ("hour", 3_600), ("minute", 60))
    unit, size = next((one for one in units if seconds >= one[1]), ("second", 1))
    return f"{seconds // size} {unit}{'' if seconds // size == 1 else 's'}"


class _Facts(dict[str, Any]):
    """A missing fact shows as a dash: a sentence never fails to be said."""

    def __missing__(self, key: str) -> str:
        return "–"


def reject(code: str, **facts: Any) -> Rejection:
    """Make a refusal; an unknown code is a bug and raises ``KeyError`` at once."""
    if code not in CODES:
        raise KeyError(code)
    return Rejection(code, facts)
