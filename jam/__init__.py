"""The engine for time-boxed online brainstorming jams.

Floors, each importing only from those below: ``cli``/``compose`` (5), ``http`` (4), ``live`` (3),
``service`` (2), ``store`` and ``bus`` (1), ``domain`` and ``settings`` (0).
"""

__version__ = "0.1.0"
