"""``python -m jam`` and the ``jam`` command."""

from jam.cli import app
from jam.cli.plain import plain_streams


def main() -> None:
    """Run the command line."""
    plain_streams()
    app(prog_name="jam")


if __name__ == "__main__":
    main()
