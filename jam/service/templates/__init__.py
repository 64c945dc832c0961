"""The jams that come with the product, as jam files: a start for those who make their first one.

Each is only a TOML file beside this module, in the form that docs/jam-file.md describes.
"""

from importlib.resources import files

from jam.service.toml_file import Toml, read_toml

NAMES = ("staff-suggestions", "city-consultation", "incident-review")


def template_text(name: str) -> str:
    """A template's file as it stands. ``name`` is one of ``NAMES``."""
    return files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")


def template(name: str) -> Toml:
    """A template's values; it has neither a zone nor times: whoever uses it gives them."""
    return read_toml(template_text(name).encode())
