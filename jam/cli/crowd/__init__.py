"""Simulated people over real WebSockets and HTTP, and the checker that judges what they lived through.

``client`` is one person, ``house`` the HTTP side, ``server`` a server process of one's own, ``history``
what was written down, ``checker`` the judge. Used by ``jam replay``, ``jam demo`` and the tests.
"""
