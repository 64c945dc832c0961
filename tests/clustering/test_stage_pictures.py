"""Shows that the pictures of the stages can still be drawn, and that the page shows each of them.

Why: the script reaches into every stage, and nothing else would tell that a stage has changed under it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.sources import ROOT


@pytest.mark.slow
def test_every_stage_is_drawn_as_a_picture_that_the_page_shows(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "scripts/stage-pictures", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "."},
        check=True,
        timeout=120,
    )
    page = (ROOT / "docs" / "clustering.md").read_text(encoding="utf-8")
    drawn = sorted(tmp_path.iterdir())
    assert len(drawn) == page.count("](pictures/themes-")
    for picture in drawn:
        assert f"](pictures/{picture.name})" in page
        shapes = [one.tag.rpartition("}")[2] for one in ElementTree.parse(picture).getroot().iter()]
        assert len(shapes) > 10, picture.name
        assert "nan" not in picture.read_text(encoding="utf-8")
