"""The closed word lists of the product: phases, roles, audiences, statuses, visibilities.

Everything stored, sent or printed uses these words and no others, so that the log of today can be
read by the code of tomorrow. Lowest module of the domain; imports nothing of ours.
"""

from enum import StrEnum


class Phase(StrEnum):
    """What a jam is doing now. Order and length are set for each jam."""

    LOBBY = "lobby"
    IDEATE = "ideate"
    BUILD = "build"
    PRIORITISE = "prioritise"
    WRAP_UP = "wrap_up"
    CLOSED = "closed"


class Role(StrEnum):
    """What a person may do in one jam."""

    PARTICIPANT = "participant"
    FACILITATOR = "facilitator"
    MODERATOR = "moderator"
    OBSERVER = "observer"
    RECORDS_OFFICER = "records_officer"
    ADMINISTRATOR = "administrator"


class Audience(StrEnum):
    """How a person takes part; never what they may do."""

    CITIZEN = "citizen"
    STAFF = "staff"


class Status(StrEnum):
    """Where an idea stands with moderation and with its author."""

    PENDING = "pending"
    PUBLISHED = "published"
    RETURNED = "returned"
    HIDDEN = "hidden"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


class Visibility(StrEnum):
    """Who may get an event: everyone; its author and the staff; the staff; the records role."""

    PUBLIC = "public"
    AUTHOR = "author"
    STAFF = "staff"
    RECORDS = "records"


class Policy(StrEnum):
    """When an idea is checked: after it is shown, when a screen holds it, or always before."""

    OPEN = "open"
    SCREENED = "screened"
    PRE = "pre"


class Anonymity(StrEnum):
    """What others see of who wrote: the name that was asked for, a handle of one's own choice, or nothing.

    ``anonymous``: no participant's idea carries a handle or leads to its author, on any screen, staff's
    included; only the record knows.
    """

    NAME = "name"
    HANDLE = "handle"
    ANONYMOUS = "anonymous"


class Hold(StrEnum):
    """Why a text waits for a moderator before it is shown. A hold is never a decision."""

    POLICY = "policy"
    EDITED = "edited"
    SPOT_CHECK = "spot_check"
    LINK = "link"
    REPEATED = "repeated"
    FLOOD = "flood"
    EMAIL = "email"
    PHONE = "phone"
    NATIONAL_ID = "national_id"


class Verdict(StrEnum):
    """What a moderator decided about an idea."""

    APPROVE = "approve"
    RETURN = "return"
    HIDE = "hide"


class Rule(StrEnum):
    """The closed list of house rules a decision may name. None of them is *critical* or *unhelpful*."""

    PERSONAL_DATA = "personal_data"
    ABUSE = "abuse"
    THREAT = "threat"
    UNLAWFUL = "unlawful"
    ADVERTISING = "advertising"
    REPEATED = "repeated"
    UNREADABLE = "unreadable"


STEERING_ROLES = frozenset({Role.FACILITATOR, Role.ADMINISTRATOR})
"""Who runs a jam: its clock, its questions, its official answers."""

STAFF_ROLES = frozenset({Role.FACILITATOR, Role.MODERATOR, Role.ADMINISTRATOR})
"""Who sees what is pending and decides about it. Observers see what everyone sees."""

WRITING_PHASES = frozenset({Phase.IDEATE, Phase.BUILD})
"""The phases that take new ideas or replies; the last of their bells is the one that counts."""

SHOWN_STATUSES = frozenset({Status.PUBLISHED})
"""The statuses whose text everyone may read."""
