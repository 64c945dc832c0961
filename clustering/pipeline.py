"""``theme``: the stages in their order, from texts to a theme map.

With ``clustering.assemble``, which makes the map of what was grouped, it alone knows the order of the
stages. Everything between the first and the last line works on distinct texts in a canonical order, and each
product of matrices on one thread, which is why a map depends on its inputs alone.
"""

from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version

import msgspec
import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from clustering.assemble import Grouped, assembled, without_themes
from clustering.embedding.embed import embed_checked
from clustering.embedding.model import Embedder
from clustering.grouping.duplicates import leaders
from clustering.grouping.spaces import spaces_of
from clustering.memory import Memory
from clustering.reading.own_words import own_names, question_words
from clustering.reading.readings import Reading, Wording, distinct_wordings
from clustering.reading.text import as_strings, checked_ids, inputs_hash
from clustering.shapes import ModelInfo, Parameters, Progress, ThemeMap, Vectors, no_progress
from clustering.steering.corrections import AnyCorrection
from clustering.steering.steer import steer

_LIBRARIES = ("numpy", "scipy", "scikit-learn", "onnxruntime")


def theme(
    texts: Sequence[object],
    ids: Sequence[str] | None = None,
    *,
    embedder: Embedder,
    parameters: Parameters | None = None,
    question: str | None = None,
    previous: ThemeMap | None = None,
    corrections: Sequence[AnyCorrection] = (),
    progress: Progress = no_progress,
    memory: Memory | None = None,
) -> ThemeMap:
    """Group short texts by what they say, and name the groups.

    Args:
        texts: any number of them, of any length; what is not a ``str`` becomes one.
        ids: one for each text, all different; "1", "2" … by default.
        embedder: see ``load_embedder``.
        parameters: what can be set; the defaults are measured.
        question: what the texts answer, if anything; its words are no names.
        previous: the map that these themes go on from: ids, names and what persons decided are carried over.
        corrections: what persons decided since ``previous``; see ``steer``.
        progress: hears the stages ``read, embed, group, name`` as they advance.
        memory: what the last grouping read; it knows these texts, and no others, afterwards.

    Returns the same map for the same inputs, whatever the order of the rows, the batch size and the
    number of threads. Raises TextsRefused for ids that do not fit, VectorsBroken for a broken model.
    """
    strings = as_strings(texts)
    keys = checked_ids(ids, len(strings))
    wanted = parameters or Parameters()
    before = steer(previous or empty_map(wanted, embedder.model), corrections)
    progress("read", 0, len(strings))
    memory = memory or Memory()
    memory.read(strings)
    wordings, out = _ideas(keys, strings, memory.readings, before)
    progress("read", len(strings), len(strings))
    vectors = embed_checked(
        embedder, [one.text for one in wordings], lambda done, total: progress("embed", done, total)
    )
    with threadpool_limits(limits=1):
        # Sums of a matrix product depend in their last bits on how many threads share it.
        found = _themed(wordings, vectors, before, embedder, wanted, question, progress, memory)
    return msgspec.structs.replace(
        found,
        not_ideas=out,
        ideas=len(strings),
        parameters=wanted,
        model=embedder.model,
        versions=library_versions(),
        inputs_sha256=inputs_hash(keys, strings, question),
    )


def empty_map(parameters: Parameters, model: ModelInfo) -> ThemeMap:
    """The map before the first idea: what the first grouping goes on from."""
    return ThemeMap(
        themes=(),
        one_of_a_kind=(),
        duplicates=(),
        too_few=True,
        ideas=0,
        parameters=parameters,
        model=model,
        versions={},
        inputs_sha256="",
    )


def _ideas(
    keys: list[str], strings: list[str], readings: Mapping[str, Reading], before: ThemeMap
) -> tuple[list[Wording], tuple[str, ...]]:
    """The distinct texts to group, and the ids of what is no idea: by a person's word, or by its own."""
    marked, wanted = set(before.steering.not_ideas), set(before.steering.ideas_after_all)
    kept, out = [], []
    for one in distinct_wordings(keys, strings, readings):
        is_empty = readings[one.text].is_empty
        ids = tuple(key for key in one.ids if key not in marked and (not is_empty or key in wanted))
        out += [key for key in one.ids if key not in ids]
        kept += [one._replace(ids=ids)] if ids else []
    return kept, tuple(sorted(out))


def _themed(
    wordings: list[Wording],
    vectors: Vectors,
    before: ThemeMap,
    embedder: Embedder,
    parameters: Parameters,
    question: str | None,
    progress: Progress,
    memory: Memory,
) -> ThemeMap:
    """The map of these wordings, which goes on from the map ``before``."""
    leader = leaders(wordings, vectors, parameters.near_duplicate)
    leading = np.unique(leader)
    groups: dict[int, list[str]] = {int(row): [] for row in leading}
    for row, wording in enumerate(wordings):
        groups[int(leader[row])].extend(wording.ids)
    said_by = [tuple(sorted(ids)) for ids in groups.values()]
    if len(leading) < max(2, parameters.fewest):
        return without_themes(before, said_by)
    progress("group", 0, 1)
    texts = [wordings[row].text for row in leading]
    words = [memory.readings[text].words for text in texts]
    shared = own_names(texts, question, words) + (
        question_words(question) if question and parameters.project_question else []
    )
    directions = embed_checked(embedder, shared) if shared else None
    spaces, unread = spaces_of(texts, vectors[leading], parameters, embedder.model.reads, directions)
    grouped = Grouped(
        texts=texts,
        words=words,
        shown=[wordings[row].ids[0] for row in leading],
        said_by=said_by,
        spaces=spaces,
        unread=unread,
        parameters=parameters,
        question=question,
        embedder=embedder,
        memory=memory,
    )
    return assembled(grouped, before, progress)


def library_versions() -> dict[str, str]:
    """Versions of the libraries that a map depends on, without importing them; "none" where absent."""
    return {name: _version(name) for name in _LIBRARIES}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
