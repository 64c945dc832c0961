"""Which roles the links of whom may give: one table for the page and the API that make them (threat T6).

Nobody gives a role that reaches further than their own: the records are the administrators' to open, and
no link makes an administrator.
"""

from jam.domain.names import Role

_BY_FACILITATORS = (Role.FACILITATOR, Role.MODERATOR, Role.OBSERVER, Role.PARTICIPANT)
GIVES = {
    Role.FACILITATOR: _BY_FACILITATORS,
    Role.ADMINISTRATOR: (*_BY_FACILITATORS, Role.RECORDS_OFFICER),
}
"""By the role of whoever makes the link, in the order in which a page offers them."""
