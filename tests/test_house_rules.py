"""Shows that the code keeps the rules of the house: size, names, openings, no state, nothing foreign.

Why: a rule that no script checks is a wish. Where: reads files only; nothing is imported or run.
Each rule is a function from one module to its complaints, tried on a snippet that breaks it.
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
import statistics
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sources import ROOT, Module, modules, project_files, snippet

PYTHON_LINES, BROWSER_LINES, README_LINES = 400, 250, 250
FOREIGN_BYTES = 200_000
# One word, one meaning: these are nobody's name here. `cluster` lives in clustering/ alone.
FORBIDDEN = {"topic", "message", "post", "user", "room", "item", "data", "manager", "utils", "util", "helper"}
APACHE_2 = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
OURS = modules("jam", "clustering")
LIST_LIKE = {"list", "dict", "set", "bytearray", "defaultdict", "deque", "Counter", "OrderedDict", "count"}
LIST_LIKE |= {"Lock", "RLock", "Event", "Queue", "Condition", "Semaphore", "WeakSet", "WeakValueDictionary"}
CHANGES = {"append", "extend", "insert", "add", "update", "setdefault", "pop", "popitem", "clear", "remove"}
# Written in pieces, so that this file is not found by its own search.
MACHINE_PATHS = re.compile(
    "|".join(["/" + "work/", "/" + "root/", r"/home/\w", "/opt/" + "wheels", "/opt/" + "pypi"])
)
REGISTRIES = re.compile(
    r"pypi\." r"org|python" r"hosted\.org|registry\." r"npm|npm" r"js\.(?:org|com)|deb\." r"debian"
)
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")
FOREIGN = re.compile(r"\.min\.(?:js|css)$|\.(?:woff2?|ttf|otf|whl|onnx|safetensors|so|zip|gz|db)$")

Rule = Callable[[Module], Iterator[str]]


def opens_with_its_purpose(module: Module) -> Iterator[str]:
    if module.source.strip() and not ast.get_docstring(module.tree):
        yield f"{module.at(module.tree)}: say first what this module is, why, and where on the path"


def is_short(module: Module) -> Iterator[str]:
    if (lines := module.source.count("\n")) > PYTHON_LINES:
        yield f"{module.at(module.tree)}: {lines} lines; split it by noun at {PYTHON_LINES}"


def keeps_no_state(module: Module) -> Iterator[str]:
    """Module-level lists and tables are constants: in capitals, never changed; no lock, no `global`."""
    bound = dict(module_level_values(module))
    for name, value in bound.items():
        if not is_mutable(value) or name == "__all__":
            continue
        if is_call(value) or not name.isupper():
            yield f"{module.at(value)}: {name} is state that every jam in the process would share"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Global):
            yield f"{module.at(node)}: `global` is module-level state"
        elif (changed := changed_name(node)) in bound:
            yield f"{module.at(node)}: {changed} is a module-level constant and is changed here"


def module_level_values(module: Module) -> Iterator[tuple[str, ast.expr]]:
    for node in module.tree.body:
        if isinstance(node, ast.Assign):
            yield from ((one.id, node.value) for one in node.targets if isinstance(one, ast.Name))
        elif isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
            yield node.target.id, node.value


def is_mutable(value: ast.expr) -> bool:
    shown = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
    return isinstance(value, shown) or is_call(value)


def is_call(value: ast.expr) -> bool:
    """A call that makes something empty to fill, or something to wait on: never a constant."""
    if not isinstance(value, ast.Call):
        return False
    name = getattr(value.func, "attr", getattr(value.func, "id", ""))
    return name in LIST_LIKE and not (name in {"list", "dict", "set"} and value.args)


def changed_name(node: ast.AST) -> str:
    """The plain name that this statement changes in place: `N[…] = …`, `del N[…]`, `N.append(…)`; else ''."""
    target: ast.AST | None = None
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        target = node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGES:
        target = node.func.value
    return target.id if isinstance(target, ast.Name) else ""


def uses_the_words(module: Module) -> Iterator[str]:
    """Module, class and table names hold no word that the word list forbids."""
    for node, name in names_given(module):
        if wrong := FORBIDDEN & singulars(name):
            yield f"{module.at(node)}: {name}: the word list has another name for {sorted(wrong)}"


def names_given(module: Module) -> Iterator[tuple[ast.AST, str]]:
    yield module.tree, module.name.split(".")[-1]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef):
            yield node, node.name
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            if any(isinstance(one, ast.Name) and one.id == "__tablename__" for one in node.targets):
                yield node, str(node.value.value)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"create_table", "Table"}:
            yield from ((node, str(one.value)) for one in node.args[:1] if isinstance(one, ast.Constant))


def says_cluster_in_its_tower_only(module: Module) -> Iterator[str]:
    if module.name.split(".")[0] == "clustering":
        return
    for node in ast.walk(module.tree):
        name = getattr(node, "name", None) or getattr(node, "arg", None) or getattr(node, "id", None)
        given = isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.arg)
        given = given or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
        if given and isinstance(name, str) and "cluster" in singulars(name):
            yield f"{module.at(node)}: {name}: outside clustering/ this is a theme"


def singulars(name: str) -> set[str]:
    """The words of a name, in any of its spellings, each also without its plural s."""
    words = {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}
    return words | {word.removesuffix("s") for word in words}


RULES: tuple[Rule, ...] = (
    opens_with_its_purpose,
    is_short,
    keeps_no_state,
    uses_the_words,
    says_cluster_in_its_tower_only,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_module_keeps_this_rule(rule: Rule) -> None:
    found = [text for module in OURS for text in rule(module)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("rule", "name", "source"),
    [
        (opens_with_its_purpose, "jam.live.hub", "import os"),
        (is_short, "jam.live.hub", "x = 1\n" * 401),
        (keeps_no_state, "jam.live.hub", "open_sessions = {}"),
        (keeps_no_state, "jam.live.hub", "OPEN: dict[str, int] = dict()"),
        (keeps_no_state, "jam.live.hub", "LOCK = asyncio.Lock()"),
        (keeps_no_state, "jam.live.hub", "CODES = {}\ndef learn(c):\n    CODES[c] = 1"),
        (keeps_no_state, "jam.live.hub", "CODES = []\ndef learn(c):\n    CODES.append(c)"),
        (keeps_no_state, "jam.live.hub", "def learn(c):\n    global last"),
        (uses_the_words, "jam.service.utils", "x = 1"),
        (uses_the_words, "jam.live.hub", "class SessionManager: pass"),
        (uses_the_words, "jam.store.tables", "class Person:\n    __tablename__ = 'users'"),
        (uses_the_words, "jam.store.migrations.first", "op.create_table('chat_message')"),
        (says_cluster_in_its_tower_only, "jam.service.report", "def cluster_names(): pass"),
        (says_cluster_in_its_tower_only, "jam.service.report", "clusters = 3"),
    ],
)
def test_a_module_that_breaks_a_rule_is_found(rule: Rule, name: str, source: str) -> None:
    assert list(rule(snippet(name, source)))


@pytest.mark.parametrize(
    ("rule", "name", "source"),
    [
        (keeps_no_state, "jam.live.hub", "CODES = {'a': 1}\nKINDS = frozenset({1})\n__all__ = ['CODES']"),
        (
            keeps_no_state,
            "jam.live.hub",
            "def learn(seen):\n    seen.append(1)\n    own = []\n    own.append(2)",
        ),
        (uses_the_words, "jam.store.database", "class Database: pass\nclass Metadata: pass"),
        (says_cluster_in_its_tower_only, "clustering.grouping.group", "clusters = 3"),
        (says_cluster_in_its_tower_only, "jam.cli.themes", "from clustering import pipeline"),
    ],
)
def test_a_module_that_keeps_the_rules_is_left_alone(rule: Rule, name: str, source: str) -> None:
    assert list(rule(snippet(name, source))) == []


def test_half_of_all_functions_have_ten_lines_or_less() -> None:
    lengths = [body_lines(node) for module in OURS for node in ast.walk(module.tree) if is_function(node)]
    assert statistics.median(lengths) <= 10


def is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def body_lines(node: ast.AST) -> int:
    """Lines of a function without its docstring, which may be as long as it is useful."""
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    words = ast.get_docstring(node, clean=False)
    return (node.end_lineno or 0) - node.lineno + 1 - (words.count("\n") + 1 if words else 0)


def browser_modules() -> list[Path]:
    return [path for path in project_files() if path.suffix == ".js" and path.is_relative_to(ROOT / "web")]


def test_every_browser_module_is_short_and_opens_with_its_purpose() -> None:
    found = []
    for path in browser_modules():
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > BROWSER_LINES:
            found.append(
                f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines; split it at {BROWSER_LINES}"
            )
        if not re.match(r"\s*(?://|/\*)", text):
            found.append(
                f"{path.relative_to(ROOT)}: say first what this module is, why, and where on the path"
            )
    assert not found, "\n".join(found)


def lines_with(pattern: re.Pattern[str], *, but: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in project_files()
        if str(path.relative_to(ROOT)) not in but and path.suffix != ".png"  # a picture's bytes say nothing
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_path_of_one_machine() -> None:
    assert lines_with(MACHINE_PATHS) == []


def test_no_file_names_the_host_of_a_package_registry() -> None:
    assert lines_with(REGISTRIES) == []


def test_the_one_download_host_is_named_in_setup_alone() -> None:
    assert lines_with(re.compile("download" r"\.pytorch"), but=("scripts/setup",)) == []


def test_no_test_waits_by_a_number_of_its_own() -> None:
    """A few seconds are enough here and too few elsewhere: see ``tests/patience.py``."""
    found = lines_with(re.compile(r"(?:asyncio\.timeout|fail_after)\(\d"))
    assert [line for line in found if line.startswith("tests/")] == []


def test_nothing_is_left_unfinished() -> None:
    assert lines_with(UNFINISHED, but=("web/package-lock.json",)) == []


def test_nothing_built_or_foreign_is_in_git() -> None:
    def is_foreign(path: Path) -> bool:
        return bool(FOREIGN.search(path.name)) or path.stat().st_size > FOREIGN_BYTES

    assert [str(path.relative_to(ROOT)) for path in project_files() if is_foreign(path)] == []


def test_the_readme_is_short() -> None:
    assert (ROOT / "README.md").read_text(encoding="utf-8").count("\n") <= README_LINES


def test_the_licence_is_the_apache_licence_word_for_word() -> None:
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == APACHE_2


def scripts() -> list[Path]:
    return [path for path in project_files() if path.parent in {ROOT / "scripts", ROOT / ".ci"}]


@pytest.mark.parametrize("script", scripts(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_script_can_be_run_and_says_how(script: Path) -> None:
    assert os.access(script, os.X_OK)
    head = script.read_text(encoding="utf-8").splitlines()[:3]
    assert head[0].startswith("#!")
    assert any("usage: " in line for line in head)
    if "bash" in head[0]:
        subprocess.run(["bash", "-n", script], check=True, capture_output=True)
