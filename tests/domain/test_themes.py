"""Decisions about themes: what a correction puts on record, who hears of whom, what can be taken back."""

from __future__ import annotations

from typing import Any

import pytest

from jam.domain import commands as c
from jam.domain.facts import Decision, ThemeFacts
from jam.domain.names import Phase, Role, Visibility
from jam.domain.records import Content, ThemeCorrection, ThemePlacing
from jam.domain.rejections import Rejection
from jam.domain.theme_commands import MOST_IDEAS, Place, SplitPart
from tests.domain.making import Town
from tests.domain.theme_maps import a_body, a_theme, decoded


class ThemedTown(Town):
    """A town with six ideas in two themes, on the map of version 1; ``fay`` and ``adam`` steer."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(Phase.IDEATE, **settings)
        self.ids = [self.submit("mo", f"Idea {n}").id for n in range(6)]
        self.draw(1)

    def draw(self, version: int, **fields: Any) -> None:
        """The next map, which holds everything that was corrected so far."""
        seen = {**self.facts.themes.seen, version: self.jam.last_seq}
        themes = [
            a_theme("t1", self.ids[:4], name="Benches"),
            a_theme("t2", self.ids[4:], name="Buses"),
            a_theme("t3", [], name="Tea"),
        ]
        self.facts.themes = ThemeFacts(
            version=version,
            corrections_seq=self.jam.last_seq,
            body=decoded(a_body(*themes, **fields)),
            seen=seen,
            corrections=self.facts.themes.corrections,
        )

    def merge(self, who: str = "fay", themes: tuple[str, ...] = ("t1", "t2"), **fields: Any) -> Any:
        fields = {"seen": 1, "themes": list(themes), "into": themes[0], **fields}
        return self.do(who, c.MergeThemes, **fields)

    def rename(self, who: str = "fay", name: str | None = "Sitting", theme: str = "t1", seen: int = 1) -> Any:
        return self.do(who, c.RenameTheme, seen=seen, theme=theme, name=name)

    def move(self, who: str, *numbers: int, to: str = "t2", seen: int = 1) -> Any:
        return self.do(who, c.MoveIdeas, seen=seen, ideas=[self.ids[n] for n in numbers], theme=to)

    def split(self, who: str, *parts: tuple[int, ...], seen: int = 1, **names: str) -> Any:
        made = [
            SplitPart(ideas=[self.ids[n] for n in part], name=names.get(f"name{i}"))
            for i, part in enumerate(parts)
        ]
        return self.do(who, c.SplitTheme, seen=seen, theme="t1", parts=made)

    def undo(self, correction: Any, who: str = "fay") -> Any:
        wanted = correction if isinstance(correction, str) else correction.answer["correction"]
        return self.do(who, c.UndoCorrection, correction=wanted)


def code(outcome: Any) -> str:
    return outcome.code if isinstance(outcome, Rejection) else "ok"


@pytest.fixture
def town() -> ThemedTown:
    return ThemedTown()


def row(outcome: Any) -> ThemeCorrection:
    assert isinstance(outcome, Decision), outcome
    made = [one for one in outcome.records if isinstance(one, ThemeCorrection)]
    return next(one for one in made if one.id == outcome.answer["correction"])


def test_a_merge_is_a_row_and_an_event_for_the_staff_that_the_chain_can_prove(town: ThemedTown) -> None:
    outcome = town.merge()
    made = row(outcome)
    assert (made.do, made.body.themes, made.body.into) == ("merge", ("t1", "t2"), "t1")
    assert (made.seq, made.participant_id, made.at) == (town.jam.last_seq, "fay", town.now)
    assert outcome.answer == {"correction": made.id, "seq": made.seq}
    event = town.events[-1]
    assert (event.kind, event.visibility, event.subject_id) == (
        "themes_corrected",
        Visibility.STAFF,
        made.id,
    )
    assert event.data["themes"] == ["t1", "t2"]
    assert len(event.data["digest"]) == 64


def test_a_name_is_content_of_its_own_and_in_the_log_only_by_its_digest(town: ThemedTown) -> None:
    outcome = town.rename(name="  Sitting\ndown ")
    words = next(one for one in outcome.records if isinstance(one, Content))
    assert (words.value, words.kind, words.shown) == ("Sitting down", "theme_name", False)
    assert row(outcome).body.name_id == words.id
    assert town.events[-1].data["digests"] == {words.id: words.digest}
    assert "Sitting" not in str(town.events[-1].data)
    assert row(town.rename(name=None)).body.name_id is None


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("", "name_bad"),
        ("   ", "name_bad"),
        ("\u3164", "name_bad"),
        ("x" * 81, "name_bad"),
        ("bell\x07", "text_control_chars"),
        ("a\ud800", "not_unicode"),
        ("a" + "\u0301" * 6, "text_too_many_marks"),
        ("buses", "name_taken"),
        ("ＢＵＳＥＳ", "name_taken"),
        ("x" * 80, "ok"),
        ("Benches", "ok"),
        ("<b>Sit</b>", "ok"),
    ],
)
def test_a_name_keeps_the_rules_of_titles_and_no_two_themes_have_one(
    town: ThemedTown, name: str, refused: str
) -> None:
    assert code(town.rename(name=name)) == refused


def test_a_name_that_was_given_a_moment_ago_is_taken_before_any_map_has_it(town: ThemedTown) -> None:
    town.rename(name="Sitting")
    assert code(town.rename(theme="t2", name="sitting")) == "name_taken"
    town.split("fay", (0,), name0="Standing")
    assert code(town.rename(theme="t2", name="Standing")) == "name_taken"
    assert code(town.split("fay", (1,), (2,), name0="One", name1="ONE")) == "name_taken"


def test_without_a_map_there_is_nothing_to_correct() -> None:
    town = Town()
    idea = town.submit("ada").id
    assert town.refused("fay", c.MoveIdeas, seen=1, ideas=[idea], theme="t1") == "no_themes_yet"
    town.facts.themes = ThemeFacts(version=1, seen={1: 0}, body=decoded(a_body()))
    assert town.refused("fay", c.MoveIdeas, seen=1, ideas=[idea], theme="t1") == "no_themes_yet"


def test_a_version_that_never_was_and_a_theme_that_is_not_there_are_refused(town: ThemedTown) -> None:
    assert code(town.merge(seen=2)) == "theme_gone"
    assert code(town.merge(seen=0)) == "theme_gone"
    assert code(town.rename(theme="t9")) == "theme_gone"
    assert code(town.move("fay", 0, to="t9")) == "theme_gone"
    assert code(town.merge(themes=("t1", "t9"))) == "theme_gone"


def test_the_later_of_two_hears_who_did_what_and_nothing_of_either_is_lost(town: ThemedTown) -> None:
    first = town.merge("adam")
    town.later(5)
    told = town.rename("fay", theme="t2")
    assert isinstance(told, Rejection)
    assert told.code == "theme_changed"
    assert told.facts == {"by_id": "adam", "do": "merge", "at": town.now - 5_000, "theme": "t2"}
    assert row(first).id in town.facts.themes.corrections
    assert len(town.facts.themes.corrections) == 1


def test_what_the_map_that_was_looked_at_holds_already_is_no_conflict(town: ThemedTown) -> None:
    town.rename("adam", "Sitting")
    assert code(town.rename("fay", "Standing")) == "theme_changed"
    town.draw(2)
    assert code(town.rename("fay", "Standing", seen=1)) == "theme_changed"
    assert code(town.rename("fay", "Standing", seen=2)) == "ok"


def test_a_map_drawn_anew_in_the_background_is_no_conflict(town: ThemedTown) -> None:
    town.draw(2)
    town.draw(3)
    assert code(town.merge(seen=1)) == "ok"


def test_nobody_is_in_their_own_way(town: ThemedTown) -> None:
    assert code(town.rename("fay", "Sitting")) == "ok"
    assert code(town.rename("fay", "Standing")) == "ok"


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        (lambda town: town.move("adam", 0), lambda town: town.move("fay", 0, to="t3"), "theme_changed"),
        (lambda town: town.move("adam", 0), lambda town: town.move("fay", 1), "ok"),
        (lambda town: town.move("adam", 0), lambda town: town.rename("fay", theme="t2"), "theme_changed"),
        (lambda town: town.move("adam", 0), lambda town: town.split("fay", (0,)), "theme_changed"),
        (lambda town: town.move("adam", 0), lambda town: town.split("fay", (1,)), "ok"),
        (lambda town: town.rename("adam"), lambda town: town.rename("fay", "Going", "t2"), "ok"),
        (lambda town: town.rename("adam"), lambda town: town.merge("fay"), "theme_changed"),
    ],
)
def test_corrections_get_in_each_others_way_where_they_concern_the_same(
    town: ThemedTown, first: Any, second: Any, outcome: str
) -> None:
    assert code(first(town)) == "ok"
    assert code(second(town)) == outcome


def test_what_was_undone_meanwhile_is_no_conflict_and_an_undo_of_something_older_is(town: ThemedTown) -> None:
    town.undo(town.rename("adam", "Sitting"), "adam")
    assert code(town.rename("fay", "Standing")) == "ok"
    town.draw(2)
    older = next(one for one in town.facts.themes.corrections.values() if one.participant_id == "fay")
    town.undo(older.id, "adam")
    assert code(town.rename("fay", "Walking", seen=2)) == "theme_changed"


def test_a_theme_that_one_merged_away_oneself_is_gone(town: ThemedTown) -> None:
    town.merge()
    assert code(town.rename(theme="t2")) == "theme_gone"
    assert code(town.rename(theme="t1")) == "ok"


@pytest.mark.parametrize(
    ("parts", "outcome"),
    [
        ([], "split_bad"),
        ([()], "split_bad"),
        ([(0,), ()], "split_bad"),
        ([(0,), (0,)], "split_bad"),
        ([(0, 0)], "split_bad"),
        ([(0, 1, 2, 3)], "split_bad"),
        ([(0,), (1,), (2, 3)], "split_bad"),
        ([(4,)], "split_bad"),
        ([(0,)] * 7, "split_bad"),
        ([(0,), (1, 2)], "ok"),
    ],
)
def test_a_split_takes_ideas_of_the_theme_once_each_and_leaves_some(
    town: ThemedTown, parts: list[tuple[int, ...]], outcome: str
) -> None:
    assert code(town.split("fay", *parts)) == outcome


def test_a_split_goes_by_what_was_moved_and_placed_since_the_map(town: ThemedTown) -> None:
    assert code(town.move("fay", 4, to="t1")) == "ok"
    late = town.submit("mo", "Late").id
    town.ids.append(late)
    town.facts.themes.placed[late] = "t1"
    assert code(town.split("fay", (4,), (6,))) == "ok"
    assert code(town.split("fay", (4,))) == "split_bad"


@pytest.mark.parametrize(
    ("themes", "into"), [((), "t1"), (("t1",), "t1"), (("t1", "t1"), "t1"), (("t1", "t2"), "t3")]
)
def test_a_merge_names_two_themes_and_one_of_them_stays(
    town: ThemedTown, themes: tuple[str, ...], into: str
) -> None:
    assert code(town.do("fay", c.MergeThemes, seen=1, themes=list(themes), into=into)) == "merge_bad"


def test_ideas_that_nobody_knows_are_not_found_and_those_out_of_sight_have_changed(town: ThemedTown) -> None:
    def pin(*ideas: str) -> str:
        return code(town.do("fay", c.PinIdeas, seen=1, ideas=list(ideas), pinned=True))

    reply = town.reply("mo", town.idea(town.ids[0])).id
    town.hide(town.idea(town.ids[1]))
    assert pin(town.ids[0], "nobody") == "not_found"
    assert pin(reply) == "not_found"
    assert pin(town.ids[1]) == "changed_meanwhile"
    assert pin() == "ideas_bad"
    assert pin(*[f"i{n}" for n in range(MOST_IDEAS + 1)]) == "ideas_bad"
    assert pin(town.ids[0], town.ids[0]) == "ok"
    assert len(row(town.do("fay", c.PinIdeas, seen=1, ideas=[town.ids[0]] * 3, pinned=False)).body.ideas) == 1


def test_two_different_ideas_at_least_can_be_kept_apart(town: ThemedTown) -> None:
    assert code(town.do("fay", c.KeepApart, seen=1, ideas=[town.ids[0]] * 2)) == "ideas_bad"
    assert code(town.do("fay", c.KeepApart, seen=1, ideas=town.ids[:2])) == "ok"


def test_what_is_kept_apart_is_not_put_together(town: ThemedTown) -> None:
    town.do("fay", c.KeepApart, seen=1, ideas=[town.ids[0], town.ids[4]])
    assert code(town.merge()) == "kept_apart"
    assert code(town.move("fay", 0)) == "kept_apart"
    assert code(town.move("fay", 1)) == "ok"
    town.draw(2, steering={"apart": [[town.ids[1], town.ids[5]]]})
    assert code(town.move("fay", 1, seen=2)) == "kept_apart"


def test_what_is_kept_apart_is_not_held_in_one_theme(town: ThemedTown) -> None:
    def pin(*numbers: int, pinned: bool = True, seen: int = 1) -> str:
        ideas = [town.ids[n] for n in numbers]
        return code(town.do("fay", c.PinIdeas, seen=seen, ideas=ideas, pinned=pinned))

    town.do("fay", c.KeepApart, seen=1, ideas=[town.ids[0], town.ids[1], town.ids[4]])
    assert pin(0, 1) == "kept_apart"
    assert pin(0, 4) == "ok"
    assert pin(1) == "kept_apart"
    assert pin(0, pinned=False) == "ok"
    assert pin(1) == "ok"
    town.draw(2, steering={"apart": [[town.ids[0], town.ids[1]]], "pinned": {town.ids[1]: "t1"}})
    assert pin(0, seen=2) == "kept_apart"
    town.draw(3)
    assert pin(0, 1, seen=3) == "ok"
    town.do("fay", c.KeepApart, seen=3, ideas=[town.ids[0], town.ids[1], town.ids[4]])
    assert pin(4, seen=3) == "ok", "it is in another theme than those two"


def test_a_suggestion_is_answered_once_and_only_while_it_is_offered(town: ThemedTown) -> None:
    offered = {"id": "moved:t1:t2:x", "kind": "moved", "themes": ["t1", "t2"], "ideas": town.ids[:1]}
    town.draw(1, suggestions=[offered])

    def answer(who: str, suggestion: str, *, accept: bool = True) -> Any:
        return town.do(who, c.AnswerSuggestion, seen=1, suggestion=suggestion, accept=accept)

    assert code(answer("fay", "moved:t9")) == "changed_meanwhile"
    made = row(answer("fay", offered["id"], accept=False))
    assert (made.do, made.body.kind, made.body.themes) == ("refuse", "moved", ("t1", "t2"))
    assert code(answer("fay", offered["id"])) == "changed_meanwhile"
    assert code(answer("adam", offered["id"])) == "theme_changed"


def test_an_undo_is_a_correction_of_its_own_and_takes_back_anybodys(town: ThemedTown) -> None:
    first = town.merge("adam")
    taken = row(town.undo(first, "fay"))
    assert (taken.do, taken.body.undoes, taken.body.themes) == ("undo", row(first).id, ("t1", "t2"))
    assert town.facts.themes.corrections[row(first).id].undone_by == taken.id
    assert code(town.undo(first)) == "nothing_to_undo"
    assert code(town.undo(taken.id)) == "nothing_to_undo"
    assert code(town.undo("nothing")) == "not_found"


def test_what_later_corrections_build_on_is_undone_after_them(town: ThemedTown) -> None:
    merged = town.merge("adam")
    renamed = town.rename("adam", "All of it")
    told = town.undo(merged)
    assert isinstance(told, Rejection)
    assert (told.code, told.facts["by_id"], told.facts["do"]) == ("undo_later_first", "adam", "rename")
    assert code(town.undo(renamed)) == "ok"
    assert code(town.undo(merged)) == "ok"


def test_a_theme_that_came_of_a_split_builds_on_it(town: ThemedTown) -> None:
    made = town.split("fay", (0,))
    split = made.answer["correction"]
    town.draw(2, lineage=[{"theme": "t3", "how": "split", "others": ["t1"], "correction": split}])
    town.rename("fay", "New one", theme="t3", seen=2)
    assert code(town.undo(made)) == "undo_later_first"


def test_two_moves_into_one_theme_can_be_undone_in_any_order(town: ThemedTown) -> None:
    first = town.move("fay", 0)
    assert code(town.move("fay", 1)) == "ok"
    assert code(town.undo(first)) == "ok"


def test_a_retry_of_a_correction_has_one_effect(town: ThemedTown) -> None:
    fields = {"seen": 1, "themes": ["t1", "t2"], "into": "t1"}
    first = town.do("fay", c.MergeThemes, client_id="same", **fields)
    again = town.do("fay", c.MergeThemes, client_id="same", **fields)
    assert isinstance(first, Decision)
    assert isinstance(again, Decision)
    assert again.answer == {**first.answer, "replayed": True}
    assert len(town.facts.themes.corrections) == 1


@pytest.mark.parametrize("who", ["ada", "mo", "oda", "rex"])
def test_only_who_steers_corrects_and_shows_themes(town: ThemedTown, who: str) -> None:
    assert code(town.merge(who)) == "not_allowed"
    assert town.refused(who, c.ShowThemes, shown=True) == "not_allowed"


def test_showing_the_themes_is_an_event_for_everyone_and_no_change_of_the_clock(town: ThemedTown) -> None:
    version = town.jam.version
    for shown in (True, True, False):
        assert town.get("fay", c.ShowThemes, shown=shown) == {"seq": town.jam.last_seq}
        assert (town.jam.themes_shown, town.jam.version) == (shown, version)
        event = town.events[-1]
        assert (event.kind, event.visibility, event.data["shown"]) == (
            "themes_shown",
            Visibility.PUBLIC,
            shown,
        )


@pytest.mark.parametrize(
    ("shown", "final", "audience"),
    [
        (False, False, Visibility.STAFF),
        (True, False, Visibility.PUBLIC),
        (False, True, Visibility.PUBLIC),
    ],
)
def test_a_map_is_for_the_staff_until_it_is_shown_or_final(
    town: ThemedTown, shown: bool, final: bool, audience: Visibility
) -> None:
    town.get("fay", c.ShowThemes, shown=shown)
    numbers = {"at_seq": 9, "themes": 2, "one_of_a_kind": 0, "digest": "d"}
    town.house(c.PublishThemes(theme_map_id="m", version=2, final=final, **numbers))
    assert town.events[-1].visibility is audience
    town.facts.themes.final = final
    town.house(c.PlaceIdeas(version=1, places={town.ids[0]: Place(theme="t1", x=1, y=2)}))
    assert (town.events[-1].kind, town.events[-1].visibility) == ("ideas_placed", audience)


def test_of_two_servers_that_made_the_same_version_one_is_refused(town: ThemedTown) -> None:
    numbers = {"at_seq": 9, "themes": 2, "one_of_a_kind": 0, "digest": "d"}
    assert code(town.house(c.PublishThemes(theme_map_id="m", version=1, **numbers))) == "changed_meanwhile"


def test_only_ideas_that_everyone_can_read_are_placed_beside_the_current_map(town: ThemedTown) -> None:
    place = Place(theme="t1", x=1.5, y=2.5)
    hidden, reply = town.hide(town.idea(town.ids[1])).id, town.reply("mo", town.idea(town.ids[0])).id
    wanted = dict.fromkeys([town.ids[0], hidden, reply, "nobody"], place)
    assert code(town.house(c.PlaceIdeas(version=2, places=wanted))) == "theme_gone"
    outcome = town.house(c.PlaceIdeas(version=1, places=wanted))
    assert isinstance(outcome, Decision)
    assert town.events[-1].data == {"version": 1, "places": {town.ids[0]: "t1"}}
    (stored,) = [one for one in outcome.records if isinstance(one, ThemePlacing)]
    assert (stored.idea_id, stored.theme_id, stored.x, stored.y) == (town.ids[0], "t1", 1.5, 2.5)


def test_an_idea_that_stands_where_it_stood_is_no_event(town: ThemedTown) -> None:
    town.facts.themes.placed[town.ids[0]] = "t1"
    before = town.jam.last_seq
    outcome = town.house(c.PlaceIdeas(version=1, places={town.ids[0]: Place(theme="t1", x=1, y=2)}))
    assert isinstance(outcome, Decision)
    assert (outcome.events, outcome.records, town.jam.last_seq) == ([], [], before)


def test_the_roles_that_steer_are_the_only_ones_in_the_town_that_could() -> None:
    town = ThemedTown()
    steering = [name for name in ("fay", "adam") if code(town.merge(name)) in ("ok", "theme_changed")]
    assert steering == ["fay", "adam"]
    assert {town.viewer(name).role for name in steering} == {Role.FACILITATOR, Role.ADMINISTRATOR}
