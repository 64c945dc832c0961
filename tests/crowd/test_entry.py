"""How a command ends: with its own code, after a signal, or with one line for each expected failure."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from jam.cli.crowd.entry import INTERRUPTED, TERMINATED, reasons, run
from jam.cli.crowd.house import NotFinished, Refused


def test_exit_code_is_the_commands_own() -> None:
    async def work() -> int:
        return 7

    assert run(work()) == 7


@pytest.mark.parametrize(("sign", "code"), [(signal.SIGTERM, TERMINATED), (signal.SIGINT, INTERRUPTED)])
def test_signal_unwinds_everything_before_the_command_ends(sign: signal.Signals, code: int) -> None:
    tidied: list[str] = []

    async def work() -> int:
        try:
            os.kill(os.getpid(), sign)
            await asyncio.sleep(30)
        finally:
            tidied.append("yes")
        return 0

    assert run(work()) == code
    assert tidied == ["yes"]


def test_expected_failures_are_told_one_by_one_also_out_of_groups() -> None:
    group = ExceptionGroup("", [NotFinished("one"), ExceptionGroup("", [Refused(409, "x", "two")])])
    assert list(reasons(group)) == ["one", "two"]
    assert list(reasons(NotFinished("three"))) == ["three"]


def test_bug_among_expected_failures_is_raised_not_told() -> None:
    group = ExceptionGroup("", [NotFinished("one"), KeyError("bug")])
    with pytest.raises(ExceptionGroup) as raised:
        list(reasons(group))
    assert raised.group_contains(KeyError)
