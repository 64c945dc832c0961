"""What can go wrong in this library, each with a stable code and plain words for a person.

Raised by every stage, caught by whoever called ``theme`` or ``load_embedder``; anything else that
escapes is a defect.
"""


class ClusteringError(Exception):
    """Expected failure. ``code`` is stable; ``str(error)`` says what is wrong and what to do."""

    code = "clustering_failed"


class ModelMissing(ClusteringError):
    """No embedding model could be found where it was looked for."""

    code = "model_missing"


class ModelAltered(ClusteringError):
    """The files of the model are not the ones that were exported: nothing is computed with them."""

    code = "model_altered"


class ExportRefused(ClusteringError):
    """The exported model does not give the vectors of the model it was made from."""

    code = "export_refused"


class VectorsBroken(ClusteringError):
    """The model gave vectors that are no directions (NaN, infinite, all zero), twice."""

    code = "vectors_broken"


class TextsRefused(ClusteringError):
    """The texts, ids or parameters handed in do not fit together."""

    code = "texts_refused"


class CorrectionRefused(ClusteringError):
    """A correction does not fit the map that it is for; ``steer`` lists it with this ``code`` and goes on.

    ``theme_gone``, ``ideas_gone`` (none of the ideas is where it would have to be), ``merge_bad`` (``into``
    is none of the themes, or there is but one), ``split_bad`` (a part without ideas, an idea in two
    parts, or nothing would stay), ``name_taken``, ``name_bad``, ``kept_apart`` (ideas that a person
    set apart would meet), ``suggestion_gone``, ``given_before`` (a correction with this id was followed),
    ``correction_unknown``, ``already_undone``, ``not_undoable`` (it is an undo itself), ``built_on``
    (something later builds on it).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
