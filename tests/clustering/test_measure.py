"""Shows that the figures against labels are those of scikit-learn, over the right ideas.

Where: ``clustering.measuring.agreement``, used by ``jam themes --report``.
"""

from __future__ import annotations

import pytest

from clustering import theme
from clustering.measuring.agreement import agreement
from tests.clustering.made_up import HashingEmbedder, ideas


def test_a_map_agrees_fully_with_itself(hashing: HashingEmbedder) -> None:
    texts = ideas()
    found = theme(list(texts.values()), list(texts), embedder=hashing)
    own = {key: one.id for one in found.themes for key in one.members}
    figures = agreement(found, own)
    assert (figures.ami, figures.ari, figures.v_measure) == pytest.approx((1, 1, 1))
    assert figures.themes_per_label == 1
    assert figures.labelled == len(texts)


def test_coverage_leaves_out_one_of_a_kind_and_ideas_without_a_theme(hashing: HashingEmbedder) -> None:
    texts = {**ideas(), "odd": "Quixotic zeppelins juggle xylophones"}
    found = theme(list(texts.values()), list(texts), embedder=hashing)
    labels = {key: key.split("-")[0] for key in texts} | {"late": "buses"}
    expected = (len(texts) - len(found.one_of_a_kind)) / len(labels)
    assert agreement(found, labels).coverage == pytest.approx(expected)


def test_ideas_without_a_label_do_not_count(hashing: HashingEmbedder) -> None:
    texts = ideas()
    found = theme(list(texts.values()), list(texts), embedder=hashing)
    labels = {key: key.split("-")[0] if key.endswith("1") else "" for key in texts}
    figures = agreement(found, labels)
    assert figures.labelled == 12
    assert figures.labels == 6


def test_nothing_to_compare_is_said(hashing: HashingEmbedder) -> None:
    with pytest.raises(ValueError, match="both a theme and a label"):
        agreement(theme(["a"], embedder=hashing), {"1": "x"})
