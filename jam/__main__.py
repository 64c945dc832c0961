"""``python -m jam`` and the ``jam`` command."""

import sys

INTERRUPTED = 130


def main() -> None:
    """Run the command line. Ctrl-C is no fault, not even while the commands are still being loaded."""
    try:
        from jam.cli import app
        from jam.cli.plain import plain_streams

        plain_streams()
        app(prog_name="jam")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
