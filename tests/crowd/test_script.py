"""The sample jam holds together: every part has its person, every text passes, every act its idea."""

from __future__ import annotations

import random
from pathlib import Path
from types import SimpleNamespace

import pytest

from jam.cli.crowd.script import Decide, Edit, Report, Script, Submit, Withdraw, from_rows, sample
from jam.domain.handles import check_handle
from jam.domain.names import Verdict
from jam.domain.text import check_tags, check_text


@pytest.fixture(scope="module")
def script() -> Script:
    return sample(random.Random(1))


def submits(script: Script) -> dict[str, Submit]:
    return {act.id: act for act in script.acts if isinstance(act, Submit)}


def test_sample_has_about_150_ideas_and_dozens_of_replies_and_people(script: Script) -> None:
    ideas = [one for one in submits(script).values() if not one.to]
    assert 140 <= len(ideas) <= 170
    assert len(submits(script)) - len(ideas) >= 40
    assert len(script.people) == 40


def test_every_text_handle_and_tag_is_taken_by_the_product(script: Script) -> None:
    for act in script.acts:
        if isinstance(act, Submit | Edit):
            assert isinstance(check_text(act.text, 500), str), act
        if isinstance(act, Submit):
            assert isinstance(check_tags(list(act.tags)), list), act
    for handle, _ in script.people:
        assert isinstance(check_handle(handle), str), handle
    for act in script.verdicts.values():
        assert act.note is None or len(act.note) <= 500


def test_every_part_is_played_by_somebody_and_nobody_answers_or_reports_themselves(script: Script) -> None:
    cast = {handle for handle, _ in script.people}
    by = {one.id: one.by for one in submits(script).values()}
    for act in script.acts:
        if isinstance(act, Submit):
            assert act.by in cast
            assert act.to is None or by[act.to] != act.by, act
        elif isinstance(act, Report):
            assert act.by in cast
            assert by[act.idea] != act.by, act


def test_every_act_is_about_an_idea_that_came_before_it(script: Script) -> None:
    arrived: set[str] = set()
    for act in script.acts:
        about = act.to if isinstance(act, Submit) else act.idea
        assert about is None or about in arrived, act
        if isinstance(act, Submit):
            arrived.add(act.id)


def test_sample_shows_each_thing_that_can_happen_to_an_idea(script: Script) -> None:
    assert any(isinstance(act, Edit) for act in script.acts)
    assert any(isinstance(act, Withdraw) and not act.restore for act in script.acts)
    assert any(isinstance(act, Withdraw) and act.restore for act in script.acts)
    assert any(isinstance(act, Decide) and act.undo for act in script.acts)
    assert {act.verdict for act in script.verdicts.values()} >= {Verdict.HIDE, Verdict.RETURN}


def test_no_idea_comes_twice_and_no_two_have_the_same_words(script: Script) -> None:
    every = [act for act in script.acts if isinstance(act, Submit)]
    assert len({one.id for one in every}) == len(every)
    assert len({one.text for one in every}) == len(every)


def test_same_seed_gives_the_same_script_and_another_seed_another_order() -> None:
    assert sample(random.Random(3)).acts == sample(random.Random(3)).acts
    assert sample(random.Random(3)).acts != sample(random.Random(4)).acts


def test_more_people_than_parts_only_watch_and_fewer_share_the_parts() -> None:
    assert len(sample(random.Random(1), 55).people) == 55
    assert len(sample(random.Random(1), 5).people) == 5


def test_script_of_a_file_is_its_ideas_in_its_order_and_forums() -> None:
    rows = [
        SimpleNamespace(id="1", text="a", author=None, forum="One", ts=None),
        SimpleNamespace(id="2", text="b", author=None, forum=None, ts=None),
    ]
    script = from_rows(Path("my_file.csv"), rows, people=3)
    assert script.title == "My file"
    assert [act.text for act in script.acts if isinstance(act, Submit)] == ["a", "b"]
    assert [key for key, _, _ in script.forums] == ["One", "Ideas"]
