"""Shows that whoever asks the theming process hears the answer to their own request.

Where: a real theming process with a quick model; the database's side is a list of ideas.
"""

from __future__ import annotations

import asyncio
import signal
import sys

import pytest

from jam.service import theming
from jam.service.theming import ChildLost, ThemingChild
from jam.service.theming_frames import Made, Place, Placed, Read, Regroup, Standing, TextIn
from jam.service.told_jam import Since, Told, ToldJam, Whole
from tests.patience import PATIENCE
from tests.themes.live_stage import CHILD, FEW, TEXTS

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


class Ideas:
    """A jam in which nothing happens."""

    async def whole(self) -> Whole:
        return Whole(seq=1, ideas=[(key, TEXTS[key]) for key in FEW], question="")

    async def since(self, seq: int) -> Since:
        return Since(seq=seq, changed=[], gone=[])


async def test_two_who_keep_books_of_one_jam_never_hear_each_others_answers() -> None:
    """A jam that was forgotten is begun anew while its last request is still being answered."""
    child = ThemingChild(CHILD)

    async def made(books: ToldJam) -> Told:
        return await books.ask(lambda job, standing: Regroup(job=job, jam="jam", standing=standing))

    async def placed(books: ToldJam) -> Told:
        return await books.ask(lambda job, standing: Place(job=job, jam="jam", standing=standing))

    try:
        async with asyncio.timeout(PATIENCE):
            first, second = ToldJam("jam", child, Ideas()), ToldJam("jam", child, Ideas())
            await placed(first)
            await placed(second)
            answers = await asyncio.gather(made(first), placed(second))
    finally:
        await child.close()
    assert [type(told.heard.answer) for told in answers] == [Made, Placed]


async def test_a_process_that_does_not_even_read_is_lost_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(theming, "ANSWER_SECONDS", 0.2)
    started: list[asyncio.subprocess.Process] = []
    start = ThemingChild._start

    async def noted(self: ThemingChild) -> asyncio.subprocess.Process:
        started.append(await start(self))
        return started[-1]

    monkeypatch.setattr(ThemingChild, "_start", noted)
    child = ThemingChild((sys.executable, "-c", "import time; time.sleep(600)"))
    long = TextIn(id="a", text="more than the pipe holds " * 200_000)
    request = Read(job=child.new_job(), jam="jam", changed=(long,), after=Standing(texts=""))
    try:
        async with asyncio.timeout(PATIENCE):
            with pytest.raises(ChildLost):
                await child.ask(request, lambda stage, done, total: None)
    finally:
        await child.close()
    assert [one.returncode for one in started] == [-signal.SIGKILL], "closing waits for the lost one too"


async def test_a_request_that_was_given_up_while_it_was_sent_leaves_nothing_behind() -> None:
    child = ThemingChild((sys.executable, "-c", "import time; time.sleep(600)"))
    long = TextIn(id="a", text="more than the pipe holds " * 200_000)
    request = Read(job=child.new_job(), jam="jam", changed=(long,), after=Standing(texts=""))
    try:
        asking = asyncio.create_task(child.ask(request, lambda stage, done, total: None))
        async with asyncio.timeout(PATIENCE):
            while not child._asked:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert not child._asked
    finally:
        await child.close()
