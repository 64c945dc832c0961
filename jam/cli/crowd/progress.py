"""Progress bars on stderr: one for each stage, in plain words, silent where nobody watches."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

WORDS = {
    "read": "themes: begin",
    "embed": "themes: understand",
    "group": "themes: group",
    "name": "themes: name",
}
"""The server's words for the stages of theming, in words for people."""


class Bars:
    """Use as ``with Bars(console) as bars`` (also again); then ``bars.show(stage, done, total)``."""

    def __init__(self, console: Console) -> None:
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        # stdout stays as it is: figures and addresses printed there must never end up on stderr.
        self._progress = Progress(
            *columns,
            console=console,
            disable=not console.is_terminal,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._stages: dict[str, TaskID] = {}

    def __enter__(self) -> "Bars":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, stage: str, done: int, total: int) -> None:
        """``stage`` has come to ``done`` of ``total``."""
        if stage not in self._stages:
            for earlier in self._progress.tasks:
                # Not every last step of a stage is told before the next one begins.
                self._progress.update(earlier.id, completed=earlier.total)
            self._stages[stage] = self._progress.add_task(WORDS.get(stage, stage), total=total)
        self._progress.update(self._stages[stage], completed=done, total=total)
