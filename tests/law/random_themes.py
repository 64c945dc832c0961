"""Themes of a random jam: maps drawn by chance, places beside them, and corrections of all kinds.

The maps are made here and not by theming, so that thousands of them cost nothing; they go on record by the
same commands, and say of each phrase who says it, as the real ones do.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from jam.domain import commands as c
from jam.domain.rejections import Rejection
from jam.domain.theme_commands import Place, SplitPart
from jam.service.writer import house
from jam.store import outcomes, theme_maps


class RandomThemes:
    """Draws the next map of a random jam now and then."""

    def __init__(self, jam: Any) -> None:
        self._jam = jam
        self.version = 0
        self.body: dict[str, Any] = {"themes": [], "suggestions": []}

    async def play(self) -> None:
        chance = self._jam.random.random()
        if chance < 0.12:
            await self._publish()
        elif chance < 0.3:
            await self._place()

    async def _publish(self) -> None:
        jam_id, intake = self._jam.jam.id, self._jam.engine.intake

        def work(connection: Any) -> Any:
            jam = outcomes.jam(connection, jam_id)
            newest = theme_maps.newest_map(connection, jam_id)
            last = theme_maps.last_correction(connection, jam_id)
            return jam.last_seq, newest, last, outcomes.ideas_to_group(connection, jam_id)

        at_seq, newest, last, ideas = await self._jam.engine.database.read(work)
        version, held = (newest.version, newest.corrections_seq) if newest else (0, 0)
        if newest and self._jam.random.random() < 0.3:
            body, at_seq = json.loads(newest.body), newest.at_seq  # only corrected: the same texts
        else:
            body = self._body(ideas)
        columns = {
            "version": version + 1,
            "at_seq": at_seq,
            "themes": len(body["themes"]),
            "one_of_a_kind": len(body["one_of_a_kind"]),
            "digest": hashlib.sha256(json.dumps(body).encode()).hexdigest(),
            "corrections_seq": self._jam.random.choice([held, last, last]),
            "final": self._jam.random.random() < 0.3,
            "fell_back": self._jam.random.random() < 0.1,
        }
        map_id = intake.ids.new_id()

        def also(connection: Any) -> None:
            row = {"org_id": self._jam.jam.org_id, "jam_id": jam_id, "made_at": 1, "id": map_id, **columns}
            theme_maps.add_map(connection, body=json.dumps(body), **row)

        outcome = await intake.handle(house(jam_id), c.PublishThemes(theme_map_id=map_id, **columns), also)
        if not isinstance(outcome, Rejection):
            self.version, self.body = version + 1, body

    def _body(self, ideas: list[tuple[str, str]]) -> dict[str, Any]:
        chance = self._jam.random
        count = chance.randint(1, 4)
        groups: list[list[tuple[str, str]]] = [[] for _ in range(count)]
        for idea in ideas:
            groups[chance.randrange(count)].append(idea)
        numbers = chance.sample(range(1, 9), count)
        themes = [self._theme(f"t{n}", group) for n, group in zip(numbers, groups, strict=True) if group]
        return {
            "themes": themes,
            "one_of_a_kind": [idea for idea, _ in ideas if chance.random() < 0.1],
            "too_few": not themes,
            "suggestions": [self._suggestion(theme) for theme in themes if chance.random() < 0.4],
        }

    def _theme(self, theme_id: str, group: list[tuple[str, str]]) -> dict[str, Any]:
        chance = self._jam.random
        words = sorted({word for _, text in group for word in text.split()})
        chosen = chance.sample(words, min(len(words), 4))
        phrases = [{"text": w, "ideas": [i for i, text in group if w in text.split()]} for w in chosen]
        in_name = min(2, len(phrases)) if chance.random() < 0.8 else 0
        members = sorted(idea for idea, _ in group)
        return {
            "id": theme_id,
            "name": f"{theme_id} " + (", ".join(chosen[:in_name]) or group[0][1][:20]),
            "phrases": phrases,
            "in_name": in_name,
            "locked": chance.random() < 0.2,
            "headline_id": members[0],
            "representatives": members[:3],
            "members": members,
            "size": len(members),
            "distinct": len(members),
        }

    def _suggestion(self, theme: dict[str, Any]) -> dict[str, Any]:
        theme_id = theme["id"]
        return {
            "id": f"new_theme:{theme_id}",
            "kind": "new_theme",
            "themes": [theme_id],
            "ideas": theme["members"],
        }

    async def _place(self) -> None:
        jam, chance = self._jam, self._jam.random
        wanted = [jam.some_idea()["id"] for _ in range(chance.randint(1, 3))]
        places = {idea: Place(theme=self.some_theme(), x=1.5, y=2.0) for idea in wanted}
        version = chance.choice([self.version, self.version, self.version - 1])
        await jam.engine.intake.handle(house(jam.jam.id), c.PlaceIdeas(version=version, places=places))

    def some_theme(self) -> str:
        """A theme of the newest map, or one that is not there."""
        return str(self._jam.random.choice([*[one["id"] for one in self.body["themes"]] * 3, "t9"]))

    def some_themes(self) -> list[str]:
        return [self.some_theme() for _ in range(self._jam.random.randint(1, 3))]

    def some_ideas(self) -> list[str]:
        members = [idea for theme in self.body["themes"] for idea in theme["members"]]
        one = [self._jam.some_idea()["id"]] if self._jam.random.random() < 0.2 else []
        return [*one, *self._jam.random.sample(members, min(len(members), self._jam.random.randint(0, 3)))]

    def some_members(self, theme: str) -> list[str]:
        members = next((one["members"] for one in self.body["themes"] if one["id"] == theme), ["none"])
        return self._jam.random.sample(members, self._jam.random.randint(0, min(2, len(members))))

    def some_name(self) -> str | None:
        made = [f"Name {self._jam.random.randrange(9)}", "<b>Tea</b>", "Bench"]
        return self._jam.random.choice([None, "", *made, self._jam.some_text()])

    def some_suggestion(self) -> str:
        return self._jam.random.choice([*(one["id"] for one in self.body["suggestions"]), "none"])

    def some_correction(self) -> str:
        """A correction that some member of the staff heard of."""
        known = [key for reader in self._jam.readers for key in reader.state["corrections"]]
        return self._jam.random.choice([*known[-6:], "none"])

    def seen(self) -> int:
        return int(self._jam.random.choice([self.version] * 8 + [self.version - 1, 0]))


def _split(j: Any, b: dict[str, Any]) -> c.SplitTheme:
    theme = j.themes.some_theme()
    parts = [
        SplitPart(ideas=j.themes.some_members(theme), name=j.themes.some_name())
        for _ in range(j.random.randint(0, 2))
    ]
    return c.SplitTheme(**b, seen=j.themes.seen(), theme=theme, parts=parts)


def _on_ideas(kind: Any, **choices: list[Any]) -> Any:
    def maker(j: Any, b: dict[str, Any]) -> Any:
        fields = {name: j.random.choice(values) for name, values in choices.items()}
        return kind(**b, seen=j.themes.seen(), ideas=j.themes.some_ideas(), **fields)

    return maker


THEME_MAKERS: dict[str, Any] = {
    "merge_themes": lambda j, b: c.MergeThemes(
        **b, seen=j.themes.seen(), themes=j.themes.some_themes(), into=j.themes.some_theme()
    ),
    "split_theme": _split,
    "rename_theme": lambda j, b: c.RenameTheme(
        **b, seen=j.themes.seen(), theme=j.themes.some_theme(), name=j.themes.some_name()
    ),
    "move_ideas": lambda j, b: c.MoveIdeas(
        **b, seen=j.themes.seen(), ideas=j.themes.some_ideas(), theme=j.themes.some_theme()
    ),
    "pin_ideas": _on_ideas(c.PinIdeas, pinned=[True, False]),
    "keep_apart": _on_ideas(c.KeepApart),
    "mark_not_idea": _on_ideas(c.MarkNotIdea, is_idea=[True, False]),
    "answer_suggestion": lambda j, b: c.AnswerSuggestion(
        **b, seen=j.themes.seen(), suggestion=j.themes.some_suggestion(), accept=j.random.random() < 0.5
    ),
    "undo_correction": lambda j, b: c.UndoCorrection(**b, correction=j.themes.some_correction()),
    "show_themes": lambda j, b: c.ShowThemes(**b, shown=j.random.random() < 0.6),
}
