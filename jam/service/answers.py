"""What people answered to the join questions, for the few who may read it.

Answers say who somebody is (ward, department …), so no screen of the jam carries them: administrators and
records officers read them here, everybody else as numbers in what is made from them.
"""

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.engine import Connection

from jam.domain.names import Role
from jam.domain.records import Content, JoinAnswer
from jam.domain.rejections import Rejection, reject
from jam.domain.views import AnswersView, Viewer
from jam.store.rows import TABLES

ANSWER_READERS = frozenset({Role.ADMINISTRATOR, Role.RECORDS_OFFICER})


def read_answers(connection: Connection, viewer: Viewer) -> list[AnswersView] | Rejection:
    """Everyone's answers in the viewer's jam, by participant; an erased one is left out."""
    if viewer.role not in ANSWER_READERS:
        return reject("not_allowed")
    answer, content = TABLES[JoinAnswer].c, TABLES[Content].c
    query = (
        select(answer.participant_id, answer.question, content.value)
        .join(TABLES[Content], content.id == answer.content_id)
        .where(answer.jam_id == viewer.jam_id, content.value.is_not(None))
        .order_by(answer.participant_id, answer.question)
    )
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for participant, question, value in connection.execute(query):
        found[participant][question] = value
    return [AnswersView(participant=one, answers=answers) for one, answers in found.items()]
