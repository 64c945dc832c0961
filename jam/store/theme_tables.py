"""The tables of themes: the maps, what persons corrected in them, and where new ideas were put beside them.

The corrections are the truth and the maps are drawn from them. Like ``jam.store.tables``, of which this is
a part.
"""

from sqlalchemy import BigInteger, Boolean, Column, Text, UniqueConstraint, false, text, true
from sqlmodel import Field, SQLModel


class ThemeMapTable(SQLModel, table=True):
    """One version of a jam's theme map. ``body`` is the map as JSON: ids, names, parameters, no texts.

    Provisional maps that were followed by many others keep their row and lose their body. ``signals`` is
    JSON: what is said beside a theme, by its id.
    """

    __tablename__ = "theme_map"
    __table_args__ = (UniqueConstraint("jam_id", "version", name="theme_map_version"),)
    id: str = Field(primary_key=True)
    org_id: str
    jam_id: str
    version: int
    at_seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    made_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    themes: int
    one_of_a_kind: int
    digest: str
    body: str | None = Field(sa_column=Column(Text, nullable=True))
    corrections_seq: int = Field(sa_column=Column(BigInteger, nullable=False, server_default=text("0")))
    final: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=true()))
    fell_back: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=false()))
    signals: str = Field(sa_column=Column(Text, nullable=False, server_default=text("'{}'")))


class ThemeCorrectionTable(SQLModel, table=True):
    """What somebody changed in the themes; names that they gave are content rows."""

    __tablename__ = "theme_correction"
    __table_args__ = (UniqueConstraint("jam_id", "seq", name="theme_correction_seq"),)
    id: str = Field(primary_key=True)
    org_id: str
    jam_id: str
    seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    participant_id: str
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    do: str
    body: str = Field(sa_column=Column(Text, nullable=False))
    undone_by: str | None = None


class ThemePlacingTable(SQLModel, table=True):
    """Where an idea was put that came after a theme map; rows of older maps are dropped."""

    __tablename__ = "theme_placing"
    jam_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    idea_id: str = Field(primary_key=True)
    org_id: str
    theme_id: str
    x: float
    y: float
