"""Taking the README's pictures ends, with a word, when the demo that they are of ends early."""

from __future__ import annotations

import asyncio
import sys

import pytest

from tests.patience import PATIENCE
from tests.web.pictures import addresses


@pytest.mark.anyio
async def test_a_demo_that_ends_early_ends_the_taking_of_pictures() -> None:
    told = "print('participant: http://127.0.0.1:1/l/x')"
    demo = await asyncio.create_subprocess_exec(sys.executable, "-c", told, stdout=asyncio.subprocess.PIPE)
    with pytest.raises(RuntimeError, match="ended after 1 of 4 rooms"):
        await asyncio.wait_for(addresses(demo), PATIENCE)
    await demo.wait()
