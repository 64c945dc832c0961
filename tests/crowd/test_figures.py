"""The printed figures: percentiles, answer times from the first try, deliveries to the others."""

from __future__ import annotations

import msgspec

from jam.cli.crowd.figures import Percentiles, measure, percentiles
from jam.cli.crowd.history import AnyLine, Invoke, Joined, Ok, received


def invoke(client: str, at: float, ref: str, attempt: int = 1) -> Invoke:
    command = {"t": "submit_idea", "client_id": ref, "forum": "f", "text": "x"}
    return Invoke(c=client, at=at, attempt=attempt, command=msgspec.Raw(msgspec.json.encode(command)))


def acked(client: str, at: float, ref: str, status: str = "published") -> Ok:
    ack = {"t": "ack", "ref": ref, "idea": f"idea-{ref}", "seq": 1, "status": status}
    return Ok(c=client, at=at, ref=ref, ack=msgspec.Raw(msgspec.json.encode(ack)))


def shown(client: str, at: float, ref: str, author: str) -> AnyLine:
    idea = {"id": f"idea-{ref}", "author": author}
    event = {"seq": 1, "kind": "idea_published", "idea": idea}
    frame = msgspec.json.encode({"t": "batch", "after": 0, "cursor": 1, "events": [event]})
    return received(client, at, 1, frame)


def joined(client: str) -> Joined:
    return Joined(c=client, at=0.0, jam="j", participant=client, role="participant", handle=client)


def test_percentiles_of_a_hundred_durations_are_in_milliseconds() -> None:
    assert percentiles([n / 1000 for n in range(1, 101)]) == Percentiles(51.0, 100.0)
    assert percentiles([]) == Percentiles(0.0, 0.0)


def test_answer_time_counts_from_the_first_try() -> None:
    lines = [joined("a"), invoke("a", 1.0, "x"), invoke("a", 3.0, "x", attempt=2), acked("a", 3.5, "x")]
    assert measure(lines).ack_ms == Percentiles(2500.0, 2500.0)


def test_delivery_counts_every_other_client_and_not_the_author() -> None:
    lines = [joined("a"), joined("b"), joined("c"), invoke("a", 1.0, "x"), acked("a", 1.1, "x")]
    lines += [shown("a", 9.0, "x", "a"), shown("b", 1.2, "x", "a"), shown("c", 1.4, "x", "a")]
    assert measure(lines).delivery_ms == Percentiles(400.0, 400.0)


def test_idea_that_was_held_is_no_delivery_time() -> None:
    lines = [joined("a"), joined("b"), invoke("a", 1.0, "x"), acked("a", 1.1, "x", "pending")]
    lines.append(shown("b", 60.0, "x", "a"))
    assert measure(lines).delivery_ms == Percentiles(0.0, 0.0)


def test_delivery_that_comes_before_its_acknowledgement_counts() -> None:
    lines = [joined("a"), joined("b"), invoke("a", 1.0, "x"), shown("b", 1.05, "x", "a")]
    lines.append(acked("a", 1.1, "x"))
    assert measure(lines).delivery_ms.p50 == 50.0
