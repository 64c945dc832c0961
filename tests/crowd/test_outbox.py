"""What a person still has to send goes out in order, with the same client id, until it is answered."""

from __future__ import annotations

import asyncio

import pytest

from jam.cli.crowd.outbox import ANSWER_SECONDS, RETRY_SECONDS, Outbox, Outcome
from jam.domain.commands import SubmitIdea
from jam.live.wire import Ack, ErrorFrame

pytestmark = pytest.mark.anyio


def put(outbox: Outbox, name: str, copies: int = 1) -> asyncio.Future[Outcome]:
    future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
    outbox.put(SubmitIdea(client_id=name, forum="f", text=name), future, copies)
    return future


def taken(outbox: Outbox, now: float = 0.0) -> list[str]:
    """Everything that may go out now."""
    out = []
    while pending := outbox.take(now):
        out.append(pending.ref)
    return out


async def test_commands_leave_in_the_order_they_were_put() -> None:
    outbox = Outbox()
    for name in "abc":
        put(outbox, name)
    assert taken(outbox) == ["a", "b", "c"]
    assert taken(outbox) == []


async def test_acknowledged_command_is_over_and_its_future_holds_the_answer() -> None:
    outbox = Outbox()
    future = put(outbox, "a")
    taken(outbox)
    assert outbox.acked(Ack(ref="a", seq=7)) is not None
    assert (await future).ack == Ack(ref="a", seq=7)
    assert len(outbox) == 0
    assert outbox.acked(Ack(ref="a", seq=7)) is None


async def test_command_refused_for_good_is_never_sent_again() -> None:
    outbox = Outbox()
    future = put(outbox, "a")
    taken(outbox)
    outbox.refused(ErrorFrame(code="text_missing", msg="", ref="a"), 0.0)
    assert (await future).code == "text_missing"
    assert outbox.dropped() == []


async def test_slow_down_sends_the_same_again_after_the_time_that_was_told() -> None:
    outbox = Outbox()
    put(outbox, "a")
    taken(outbox)
    refused = ErrorFrame(code="slow_down", msg="", ref="a", retry=True, retry_after=12.0)
    assert outbox.refused(refused, 100.0) is not None
    assert outbox.wait(100.0) == 12.0
    assert taken(outbox, 111.9) == []
    assert taken(outbox, 112.0) == ["a"]


async def test_refusal_without_a_time_waits_the_usual_one() -> None:
    outbox = Outbox()
    put(outbox, "a")
    taken(outbox)
    outbox.refused(ErrorFrame(code="try_later", msg="", ref="a", retry=True), 0.0)
    assert outbox.wait(0.0) == RETRY_SECONDS


async def test_command_that_has_to_wait_holds_back_what_was_put_after_it() -> None:
    outbox = Outbox()
    put(outbox, "a")
    taken(outbox)
    put(outbox, "b")
    outbox.refused(ErrorFrame(code="slow_down", msg="", ref="a", retry=True, retry_after=5.0), 0.0)
    assert taken(outbox, 1.0) == []
    assert taken(outbox, 5.0) == ["a", "b"]


async def test_dropped_socket_brings_everything_unanswered_back_in_its_old_order() -> None:
    outbox = Outbox()
    for name in "abcd":
        put(outbox, name)
    taken(outbox)
    outbox.acked(Ack(ref="b"))
    put(outbox, "e")
    assert [p.ref for p in outbox.dropped()] == ["a", "c", "d"]
    assert taken(outbox) == ["a", "c", "d", "e"]


async def test_no_more_are_under_way_than_the_window_allows_counting_copies() -> None:
    outbox = Outbox(window=8)
    put(outbox, "a", copies=6)
    put(outbox, "b", copies=3)
    assert taken(outbox) == ["a"]
    outbox.acked(Ack(ref="a"))
    assert taken(outbox) == ["b"]


async def test_more_copies_than_the_window_still_leave_when_nothing_else_is_under_way() -> None:
    outbox = Outbox(window=4)
    put(outbox, "a", copies=8)
    assert taken(outbox) == ["a"]


async def test_answer_that_does_not_come_makes_the_socket_overdue() -> None:
    outbox = Outbox()
    put(outbox, "a")
    taken(outbox, 10.0)
    assert not outbox.overdue(10.0 + ANSWER_SECONDS)
    assert outbox.overdue(10.1 + ANSWER_SECONDS)


async def test_giving_up_ends_everything_as_unknown() -> None:
    outbox = Outbox()
    futures = [put(outbox, "a"), put(outbox, "b")]
    taken(outbox)
    assert len(outbox.give_up()) == 2
    assert [await future for future in futures] == [Outcome("a"), Outcome("b")]
