"""The judge of a run: histories of the clients and the server's final log in, findings out. Pure.

It does not trust the server's answers nor the clients' own picture: it rebuilds from the log what each
person was to get at each moment (with the product's own ``project``) and compares every frame with it.
"""

from jam.cli.crowd.checker.export import Export, read_export
from jam.cli.crowd.checker.findings import KINDS, Finding, Verdict
from jam.cli.crowd.checker.judge import check

__all__ = ["KINDS", "Export", "Finding", "Verdict", "check", "read_export"]
