"""Decisions about people's own words: what a submit, a reply, an edit, tags, a withdrawal do, or why not."""

from __future__ import annotations

import pytest

from jam.domain import commands as c
from jam.domain.names import Policy, Status, Visibility
from jam.domain.rejections import Rejection
from jam.domain.visibility import Sighting, project_idea
from tests.domain.making import Town

NOBODY = "no-such-id"


def test_an_idea_is_taken_and_shown_with_its_tags_and_its_place() -> None:
    town = Town()
    seq = town.jam.last_seq + 1
    answer = town.get("ada", c.SubmitIdea, forum=town.forum, text="  Mend the bridge ", tags=["#roads"])
    idea = town.idea(answer["idea"])
    assert answer == {"idea": idea.id, "status": "published", "version": 1, "seq": seq}
    assert (town.text(idea), town.tags(idea), idea.lang) == ("Mend the bridge", ["roads"], "en")
    assert (idea.author_id, idea.created_seq, idea.published_seq, idea.created_at) == (
        "ada",
        seq,
        seq,
        town.now,
    )
    event = town.events[-1]
    assert (event.kind, event.visibility, event.subject_id) == ("idea_published", Visibility.PUBLIC, idea.id)
    assert (event.data["forum"], event.data["reply_to"], event.text_id) == (town.forum, None, idea.text_id)
    assert (town.jam.ideas, town.jam.submitted) == (1, 1)


@pytest.mark.parametrize(
    ("policy", "every", "held"),
    [
        (Policy.OPEN, 0, [None, None, None]),
        (Policy.OPEN, 1, [None, None, None]),
        (Policy.PRE, 0, ["policy", "policy", "policy"]),
        (Policy.SCREENED, 0, [None, None, None]),
        (Policy.SCREENED, 2, [None, "spot_check", None]),
    ],
)
def test_the_policy_says_which_ideas_wait_for_a_person(
    policy: Policy, every: int, held: list[str | None]
) -> None:
    town = Town(policy=policy, spot_check=every)
    ideas = [town.submit(text=f"Idea {number}") for number in range(3)]
    assert [idea.held_for for idea in ideas] == held
    for idea in ideas:
        assert idea.status is (Status.PENDING if idea.held_for else Status.PUBLISHED)
        assert (idea.published_seq is None) == (idea.status is Status.PENDING)
        assert town.facts.contents[idea.text_id].shown == (idea.status is Status.PUBLISHED)
    kinds = [(e.kind, e.visibility) for e in town.events if e.kind.startswith("idea_")]
    assert kinds == [
        ("idea_submitted", Visibility.AUTHOR) if one else ("idea_published", Visibility.PUBLIC)
        for one in held
    ]
    assert (town.jam.ideas, town.jam.submitted) == (held.count(None), 3)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"forum": NOBODY}, "not_found"),
        ({"text": ""}, "text_missing"),
        ({"text": "x" * 501}, "text_too_long"),
        ({"text": "a\x00b"}, "text_control_chars"),
        ({"text": "\ud800"}, "not_unicode"),
        ({"tags": list("abcdef")}, "too_many_tags"),
        ({"tags": ["#"]}, "tag_bad"),
    ],
)
def test_an_idea_that_is_not_in_order_is_refused_in_words(fields: dict[str, object], code: str) -> None:
    town = Town()
    assert town.refused("ada", c.SubmitIdea, **{"forum": town.forum, "text": "Yes", **fields}) == code


def test_the_jams_own_limit_of_text_counts() -> None:
    town = Town(text_limit=10)
    assert town.refused("ada", c.SubmitIdea, forum=town.forum, text="x" * 11) == "text_too_long"
    assert town.text(town.submit(text="x" * 10)) == "x" * 10


def test_a_closed_forum_takes_no_more_ideas() -> None:
    town = Town()
    town.get("fay", c.CloseForum, forum=town.forum)
    assert town.refused("ada", c.SubmitIdea, forum=town.forum, text="Late") == "forum_closed"


@pytest.mark.parametrize(
    ("given", "kept"),
    [("de", "de"), ("zh-Hant-TW", "zh-Hant-TW"), (None, "en"), ("", "en"), ("x", "en"), ("<b>", "en"),
     ("é" * 3, "en"), ("a" * 36, "en")],
)  # fmt: skip
def test_a_plausible_language_is_kept_and_anything_else_is_the_jams(given: str | None, kept: str) -> None:
    assert Town().submit(lang=given).lang == kept


def test_H22_the_fourth_idea_in_a_row_waits_for_the_allowance() -> None:
    town = Town(burst=3)
    for number in range(3):
        town.submit(text=f"Idea {number}")
    outcome = town.do("ada", c.SubmitIdea, forum=town.forum, text="Too soon")
    assert isinstance(outcome, Rejection)
    assert (outcome.code, outcome.retry) == ("slow_down", True)
    assert outcome.facts == {"seconds": 10, "retry_after": 10.0}
    assert outcome.message == "You can send again in 10 seconds"
    assert town.submit("bob", "Others are not slowed").author_id == "bob"
    town.later(10)
    assert town.submit(text="In time").author_id == "ada"


@pytest.mark.parametrize(("wait", "said"), [(0.001, 1), (1.0, 1), (1.2, 2), (10.0, 10), (7.001, 8)])
def test_the_wait_is_told_in_whole_seconds_rounded_up(wait: float, said: int) -> None:
    """A person who waits as long as told must get through."""
    town = Town(burst=1, ideas_per_minute=6)
    town.submit()
    town.later(10 - wait)
    outcome = town.do("ada", c.SubmitIdea, forum=town.forum, text="Too soon")
    assert isinstance(outcome, Rejection)
    assert outcome.facts["seconds"] == said


def test_a_refused_text_takes_nothing_from_the_allowance() -> None:
    town = Town(burst=1)
    for _ in range(5):
        assert town.refused("ada", c.SubmitIdea, forum=town.forum, text="") == "text_missing"
    assert town.submit()


def test_staff_have_no_allowance_to_use_up() -> None:
    town = Town(burst=1)
    assert [town.submit("fay", f"Idea {n}").author_id for n in range(5)] == ["fay"] * 5


# Replies


def test_a_reply_stands_under_its_idea_and_is_counted_apart() -> None:
    town = Town()
    idea = town.submit()
    reply = town.reply("bob", idea)
    assert (reply.reply_to, reply.forum_id, reply.author_id) == (idea.id, town.forum, "bob")
    assert town.events[-1].data["reply_to"] == idea.id
    assert (town.jam.ideas, town.jam.replies, town.jam.submitted) == (1, 1, 2)


def test_a_reply_to_what_nobody_was_shown_is_a_reply_to_nothing() -> None:
    town = Town(policy=Policy.PRE)
    pending = town.submit("ada")
    assert town.refused("bob", c.SubmitReply, idea=pending.id, text="I can guess ids") == "not_found"
    assert town.refused("bob", c.SubmitReply, idea=NOBODY, text="Hello") == "not_found"


def test_a_reply_to_what_is_out_of_sight_or_is_a_reply_itself_is_refused() -> None:
    town = Town()
    idea = town.submit("ada")
    reply = town.reply("bob", idea)
    assert town.refused("ada", c.SubmitReply, idea=reply.id, text="Deeper") == "changed_meanwhile"
    town.hide(idea)
    assert town.refused("bob", c.SubmitReply, idea=idea.id, text="Late") == "changed_meanwhile"


def test_a_reply_obeys_the_rules_of_texts_and_of_the_allowance() -> None:
    town = Town(burst=1)
    idea = town.submit("ada")
    assert town.refused("bob", c.SubmitReply, idea=idea.id, text=" ") == "text_missing"
    town.reply("bob", idea)
    assert town.refused("bob", c.SubmitReply, idea=idea.id, text="Again") == "slow_down"


# Edits


def test_an_edit_puts_the_new_text_in_place_and_counts() -> None:
    town = Town()
    idea = town.submit(tags=["roads"])
    town.get("ada", c.EditIdea, idea=idea.id, version=1, text="Mend both bridges")
    edited = town.idea(idea)
    assert (town.text(idea), town.tags(idea)) == ("Mend both bridges", ["roads"])
    assert (edited.version, edited.edits, edited.status) == (2, 1, Status.PUBLISHED)
    assert (edited.published_seq, edited.created_seq) == (idea.published_seq, idea.created_seq)
    assert (town.events[-1].kind, town.events[-1].visibility) == ("idea_edited", Visibility.PUBLIC)
    assert town.facts.contents[idea.text_id].value == "Mend the bridge", "the history can be read"
    assert town.jam.submitted == 1


def test_an_edit_may_change_the_tags_alone_or_take_them_away() -> None:
    town = Town()
    idea = town.submit(tags=["roads"])
    town.get("ada", c.EditIdea, idea=idea.id, version=1, tags=["trees"])
    assert (town.text(idea), town.tags(idea)) == ("Mend the bridge", ["trees"])
    town.get("ada", c.EditIdea, idea=idea.id, version=2, tags=[])
    assert (town.tags(idea), town.idea(idea).tags_id) == ([], None)


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"text": ""}, "text_missing"), ({"tags": ["#"]}, "tag_bad"), ({"version": 7}, "changed_meanwhile"),
     ({"idea": NOBODY}, "not_found")],
)  # fmt: skip
def test_an_edit_that_is_not_in_order_is_refused(fields: dict[str, object], code: str) -> None:
    town = Town()
    idea = town.submit()
    whole = {"idea": idea.id, "version": 1, "text": "New", **fields}
    assert town.refused("ada", c.EditIdea, **whole) == code


@pytest.mark.parametrize("who", ["bob", "fay", "mo", "adam"])
def test_nobody_edits_the_words_of_another(who: str) -> None:
    town = Town()
    idea = town.submit("ada")
    assert town.refused(who, c.EditIdea, idea=idea.id, version=1, text="Mine now") == "not_found"
    assert town.refused(who, c.WithdrawIdea, idea=idea.id) == "not_found"
    assert town.refused(who, c.RestoreIdea, idea=idea.id) == "not_found"


def test_an_edit_passes_the_screen_again() -> None:
    town = Town(policy=Policy.SCREENED)
    town.facts.screen = lambda text, ordinal, settings: "word" if "stupid" in text else None
    idea = town.submit(text="Mend the bridge")
    edited = town.idea(town.get("ada", c.EditIdea, idea=idea.id, version=1, text="stupid bridge")["idea"])
    assert (edited.status, edited.held_for) == (Status.PENDING, "word")
    assert not town.facts.contents[edited.text_id].shown
    assert edited.published_seq == idea.published_seq, "its place in everyone's order stays"
    assert town.jam.ideas == 0


def test_an_edit_of_what_waits_keeps_waiting_for_the_first_reason() -> None:
    town = Town(policy=Policy.PRE)
    idea = town.submit()
    town.get("ada", c.EditIdea, idea=idea.id, version=1, text="Other words")
    edited = town.idea(idea)
    assert (edited.status, edited.held_for) == (Status.PENDING, "policy")
    assert town.events[-1].visibility is Visibility.AUTHOR
    assert not town.facts.contents[edited.text_id].shown


def test_an_edit_of_what_was_returned_waits_for_a_person_even_in_an_open_jam() -> None:
    town = Town(policy=Policy.OPEN)
    idea = town.submit(text="Call me on 0170")
    town.moderate("mo", idea, "return", rule=c.Rule.PERSONAL_DATA, note="Please without the number")
    town.get("ada", c.EditIdea, idea=idea.id, version=2, text="Call the town hall")
    edited = town.idea(idea)
    assert (edited.status, edited.held_for) == (Status.PENDING, "edited")
    assert (edited.rule, edited.note_id, edited.decided_by) == (None, None, None), "nobody judged these words"


@pytest.mark.parametrize("status", ["hidden", "withdrawn"])
def test_what_is_hidden_or_withdrawn_cannot_be_edited_or_tagged(status: str) -> None:
    town = Town()
    idea = town.submit()
    if status == "hidden":
        town.hide(idea)
    else:
        town.get("ada", c.WithdrawIdea, idea=idea.id)
    assert town.idea(idea).status == status
    assert town.refused("ada", c.EditIdea, idea=idea.id, version=2, text="New") == "changed_meanwhile"
    assert town.refused("mo", c.TagIdea, idea=idea.id, version=2, tags=["x"]) == "changed_meanwhile"


# Tags


def test_staff_set_tags_on_any_idea_without_touching_its_text() -> None:
    town = Town()
    idea = town.submit("ada")
    town.get("mo", c.TagIdea, idea=idea.id, version=1, tags=["roads"])
    tagged = town.idea(idea)
    assert (town.tags(idea), tagged.text_id, tagged.version, tagged.edits) == (["roads"], idea.text_id, 2, 0)
    assert (town.events[-1].kind, town.events[-1].visibility) == ("idea_tagged", Visibility.PUBLIC)
    assert town.facts.contents[tagged.tags_id or ""].shown
    town.get("fay", c.TagIdea, idea=idea.id, version=2, tags=[])
    assert town.idea(idea).tags_id is None


def test_tags_that_staff_set_on_a_waiting_idea_wait_with_it() -> None:
    town = Town(policy=Policy.PRE)
    idea = town.submit()
    town.get("mo", c.TagIdea, idea=idea.id, version=1, tags=["roads"])
    tagged = town.idea(idea)
    assert (tagged.status, town.events[-1].visibility) == (Status.PENDING, Visibility.AUTHOR)
    assert not town.facts.contents[tagged.tags_id or ""].shown
    shown = town.moderate("mo", tagged, "approve")
    assert [town.facts.contents[i].shown for i in (shown.text_id, shown.tags_id or "")] == [True, True]


def test_an_authors_tags_are_an_edit_that_passes_the_screen() -> None:
    town = Town(policy=Policy.PRE)
    idea = town.moderate("mo", town.submit("ada"), "approve")
    town.get("ada", c.TagIdea, idea=idea.id, version=2, tags=["roads"])
    edited = town.idea(idea)
    assert (edited.status, edited.edits, town.events[-1].kind) == (Status.PENDING, 1, "idea_edited")
    assert (town.text(idea), town.tags(idea)) == ("Mend the bridge", ["roads"])


@pytest.mark.parametrize(
    ("who", "fields", "code"),
    [
        ("bob", {}, "not_found"),
        ("ada", {"version": 7}, "changed_meanwhile"),
        ("mo", {"version": 7}, "changed_meanwhile"),
        ("mo", {"idea": NOBODY}, "not_found"),
        ("ada", {"tags": ["#"]}, "tag_bad"),
        ("mo", {"tags": list("abcdef")}, "too_many_tags"),
    ],
)
def test_tags_that_are_not_in_order_are_refused(who: str, fields: dict[str, object], code: str) -> None:
    town = Town()
    idea = town.submit("ada")
    assert town.refused(who, c.TagIdea, **{"idea": idea.id, "version": 1, "tags": ["x"], **fields}) == code


# Withdraw and restore


def test_a_withdrawn_idea_keeps_its_place_and_its_replies_and_can_come_back() -> None:
    town = Town()
    idea = town.submit("ada")
    reply = town.reply("bob", idea)
    assert town.get("ada", c.WithdrawIdea, idea=idea.id)["status"] == "withdrawn"
    assert (town.events[-1].kind, town.jam.ideas, town.jam.replies) == ("idea_withdrawn", 0, 1)
    assert town.idea(reply).status is Status.PUBLISHED
    assert town.get("ada", c.RestoreIdea, idea=idea.id)["status"] == "published"
    restored = town.idea(idea)
    assert (restored.version, restored.published_seq, town.jam.ideas) == (3, idea.published_seq, 1)
    assert town.refused("ada", c.RestoreIdea, idea=idea.id) == "nothing_to_undo"


def test_what_waited_or_was_returned_comes_back_as_that_and_not_as_published() -> None:
    town = Town(policy=Policy.PRE)
    pending, returned = town.submit(text="Waits"), town.submit(text="Is returned")
    town.moderate("mo", returned, "return", rule=c.Rule.ABUSE)
    for idea, status in ((pending, Status.PENDING), (returned, Status.RETURNED)):
        town.get("ada", c.WithdrawIdea, idea=idea.id)
        town.get("ada", c.RestoreIdea, idea=idea.id)
        assert town.idea(idea).status is status
        assert town.events[-1].visibility is Visibility.AUTHOR


def test_withdrawing_twice_or_what_is_hidden_or_not_there_is_refused() -> None:
    town = Town()
    idea, hidden = town.submit(), town.submit(text="Rude")
    town.get("ada", c.WithdrawIdea, idea=idea.id)
    town.hide(hidden)
    assert town.refused("ada", c.WithdrawIdea, idea=idea.id) == "changed_meanwhile"
    assert town.refused("ada", c.WithdrawIdea, idea=hidden.id) == "changed_meanwhile"
    assert town.refused("ada", c.RestoreIdea, idea=hidden.id) == "nothing_to_undo"
    assert town.refused("ada", c.WithdrawIdea, idea=NOBODY) == "not_found"
    assert town.refused("ada", c.RestoreIdea, idea=NOBODY) == "not_found"


def test_a_text_that_was_returned_and_sent_again_waits_from_that_moment_on() -> None:
    town = Town(policy=Policy.PRE)
    idea = town.submit()
    first = town.now
    town.later(60)
    town.get("ada", c.EditIdea, idea=idea.id, version=1, text="While it waits")
    assert town.idea(idea).held_at == first
    town.moderate("mo", idea, "return", rule=c.Rule.ABUSE)
    town.later(600)
    town.get("ada", c.EditIdea, idea=idea.id, version=3, text="Sent again")
    assert town.idea(idea).held_at == town.now
    seen = Sighting(idea=town.idea(idea), version=4, status=Status.PENDING, text="Sent again", shown=False)
    staff, author = (project_idea(seen, town.viewer(name)) for name in ("mo", "ada"))
    assert staff is not None
    assert author is not None
    assert (staff.held_at, author.held_at) == (town.now, None)
