"""``python -m jam`` and the ``jam`` command."""

from jam.cli import app


def main() -> None:
    """Run the command line."""
    app(prog_name="jam")


if __name__ == "__main__":
    main()
