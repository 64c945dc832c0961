"""A client's books: what is taken over, what is passed over, and when the socket must be opened anew."""

from __future__ import annotations

import pytest

from jam.cli.crowd.feed import Feed, Gap
from jam.domain.names import Audience, Role, Status
from jam.domain.views import EventView, IdeaView
from jam.live.wire import Batch, Me, Snapshot, Welcome

ME = Me(id="p", role=Role.PARTICIPANT, handle="P", audience=Audience.CITIZEN)


def welcome(*, resumed: bool = False, epoch: str = "e1") -> Welcome:
    return Welcome(version=1, epoch=epoch, head=9, now=0, resumed=resumed, me=ME)


def idea(name: str, version: int = 1, status: Status = Status.PUBLISHED, seq: int = 1) -> IdeaView:
    return IdeaView(id=name, version=version, forum="f", author="p", status=status, seq=seq, at=0)


def batch(after: int, cursor: int, *ideas: IdeaView) -> Batch:
    events = [
        EventView(seq=after + n, kind="idea_published", at=0, idea=one) for n, one in enumerate(ideas, 1)
    ]
    return Batch(after=after, cursor=cursor, events=events)


def live(cursor: int = 5) -> Feed:
    feed = Feed()
    feed.welcomed(welcome())
    feed.add_part(Snapshot(cursor=cursor, part=1, parts=1))
    return feed


def test_first_hello_has_no_cursor_and_the_next_one_has_cursor_and_epoch() -> None:
    assert (Feed().hello().cursor, Feed().hello().epoch) == (None, None)
    assert (live(5).hello().cursor, live(5).hello().epoch) == (5, "e1")


def test_snapshot_counts_only_when_its_last_part_is_there() -> None:
    feed = Feed()
    feed.welcomed(welcome())
    assert not feed.add_part(Snapshot(cursor=5, part=1, parts=2, ideas=[idea("a")]))
    assert feed.cursor is None
    assert feed.add_part(Snapshot(cursor=5, part=2, parts=2, ideas=[idea("b")]))
    assert (feed.cursor, set(feed.ideas)) == (5, {"a", "b"})


def test_half_a_snapshot_is_forgotten_with_its_socket() -> None:
    feed = Feed()
    feed.welcomed(welcome())
    feed.add_part(Snapshot(cursor=5, part=1, parts=2, ideas=[idea("a")]))
    feed.hello()
    feed.welcomed(welcome())
    assert feed.add_part(Snapshot(cursor=6, part=1, parts=1))
    assert (feed.cursor, set(feed.ideas)) == (6, set())


def test_batch_that_touches_the_cursor_moves_it() -> None:
    feed = live(5)
    assert len(feed.apply(batch(5, 8, idea("a")))) == 1
    assert (feed.cursor, set(feed.ideas)) == (8, {"a"})


def test_batch_whose_events_are_all_withheld_moves_the_cursor_too() -> None:
    feed = live(5)
    assert feed.apply(batch(5, 9)) == []
    assert feed.cursor == 9


def test_batch_from_behind_is_passed_over() -> None:
    feed = live(5)
    assert feed.apply(batch(3, 5, idea("a"))) == []
    assert (feed.cursor, feed.ideas) == (5, {})


def test_batch_from_ahead_is_a_gap() -> None:
    with pytest.raises(Gap):
        live(5).apply(batch(6, 7))


def test_batch_before_any_snapshot_is_a_gap() -> None:
    with pytest.raises(Gap):
        Feed().apply(batch(0, 1))


def test_resumed_welcome_keeps_the_cursor_and_another_drops_it() -> None:
    feed = live(5)
    feed.welcomed(welcome(resumed=True))
    assert feed.cursor == 5
    feed.welcomed(welcome(resumed=False))
    assert feed.cursor is None


def test_older_version_of_an_idea_never_replaces_a_newer_one() -> None:
    feed = live(5)
    feed.apply(batch(5, 6, idea("a", version=3)))
    feed.apply(batch(6, 7, idea("a", version=2)))
    assert feed.ideas["a"].version == 3


def test_pending_ideas_are_listed_oldest_first_until_they_are_decided() -> None:
    feed = live(5)
    feed.learn([idea("b", status=Status.PENDING, seq=2), idea("a", status=Status.PENDING, seq=1), idea("c")])
    assert [one.id for one in feed.pending()] == ["a", "b"]
    feed.learn([idea("a", version=2)])
    assert [one.id for one in feed.pending()] == ["b"]
