"""How well a theme map agrees with labels that people gave: for ``jam themes --report`` and benches.

Beside the path, never on it: nothing that makes a map looks at a label.
"""

from collections.abc import Mapping

import msgspec

from clustering.shapes import ThemeMap


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """Figures over the ideas that have a label and a theme. All but the last four are 0 to 1."""

    ami: float
    """Adjusted mutual information (Vinh et al. 2010): 0 is chance."""
    ari: float
    """Adjusted Rand index (Hubert & Arabie 1985): 0 is chance."""
    v_measure: float
    """Harmonic mean of homogeneity and completeness (Rosenberg & Hirschberg 2007)."""
    coverage: float
    """Share of the labelled ideas that have a theme and are not one of a kind."""
    themes: int
    labels: int
    themes_per_label: float
    """Number of themes found, divided by the number of labels."""
    labelled: int


def agreement(themes: ThemeMap, labels: Mapping[str, str]) -> Agreement:
    """Compare a map with ``labels``, by idea id; empty labels and ideas without a theme are left out.

    Raises ValueError where nothing is left to compare.
    """
    # Imported here: it takes a second, and only a comparison needs it.
    from sklearn import metrics

    theme_of = {key: theme.id for theme in themes.themes for key in theme.members}
    labelled = {key: label for key, label in labels.items() if label}
    both = sorted(labelled.keys() & theme_of.keys())
    if not both:
        raise ValueError("No idea has both a theme and a label.")
    given, found = [labelled[key] for key in both], [theme_of[key] for key in both]
    placed = set(both) - set(themes.one_of_a_kind)
    themes_found, labels_given = len(set(found)), len(set(given))
    return Agreement(
        ami=float(metrics.adjusted_mutual_info_score(given, found)),
        ari=float(metrics.adjusted_rand_score(given, found)),
        v_measure=float(metrics.v_measure_score(given, found)),
        coverage=len(placed) / len(labelled),
        themes=themes_found,
        labels=labels_given,
        themes_per_label=themes_found / labels_given,
        labelled=len(labelled),
    )
