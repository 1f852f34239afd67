"""The embedded servers: real PostgreSQL and Valkey, on folders of our own."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from config.children import servant, start, stop, wait_until
from config.embedded import Server, postgres, valkey
from config.lodging import Lodging, lodge


@contextmanager
def running(server: Server) -> Iterator[subprocess.Popen[bytes]]:
    """The server, answering."""
    child = started(server)
    try:
        yield child
    finally:
        stop(child, stop_signal=server.stop_signal)


def started(server: Server) -> subprocess.Popen[bytes]:
    """One that falls, because parts of a killed one take a moment to go, is started again: so does the supervisor."""
    for pause in (0.5, 1.0, 2.0, 4.0, 8.0):
        child = start(server.command, runs_as=server.servant, folder=server.folder)
        if wait_until(server.answers, child=child, seconds=240):
            return child
        stop(child, stop_signal=server.stop_signal)
        time.sleep(pause)
    raise AssertionError(f"{server.name} does not start")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that anybody can reach, which pytest's own are not when root runs the tests."""
    made = Path(tempfile.mkdtemp(prefix="genseki-house-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


def remember(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE coins (number int)")
        connection.execute("INSERT INTO coins VALUES (39)")


def remembered(url: str) -> tuple[int, ...] | None:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT number FROM coins").fetchone()


def test_what_was_written_is_there_after_a_clean_stop(folder: Path) -> None:
    lodging = lodge(folder / "var", lasting=True)
    first = postgres(lodging)
    with running(first):
        remember(first.url)

    second = postgres(lodge(folder / "var", lasting=True))

    with running(second):
        assert second.url == first.url
        assert remembered(second.url) == (39,)


@pytest.mark.parametrize("lasting", [True, False])
def test_what_was_written_is_there_after_the_server_was_killed(folder: Path, lasting: bool) -> None:
    lodging = lodge(folder / "var", lasting=lasting)
    first = postgres(lodging)
    with running(first) as child:
        remember(first.url)
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    assert (lodging.data / "postgres" / "cluster" / "postmaster.pid").exists()

    second = postgres(lodging)

    with running(second):
        assert remembered(second.url) == (39,)


def test_valkey_keeps_what_it_was_told_when_it_is_killed(folder: Path) -> None:
    lodging = lodge(folder / "var", lasting=True)
    server = valkey(lodging)
    with running(server) as child, redis.Redis.from_url(server.url) as client:
        client.set("coin", "39")
        child.terminate()
        child.wait()

    with running(valkey(lodging)), redis.Redis.from_url(server.url) as client:
        assert client.get("coin") == b"39"


def test_neither_server_lets_in_who_has_no_password(folder: Path) -> None:
    lodging = lodge(folder / "var", lasting=False)
    database, queue = postgres(lodging), valkey(lodging)

    with running(database), running(queue):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(database.url.replace(lodging.secret, "guess"))
        with (
            pytest.raises(redis.AuthenticationError),
            redis.Redis.from_url(queue.url.replace(lodging.secret, "guess")) as client,
        ):
            client.ping()


def test_a_deep_folder_with_odd_names_is_fine(folder: Path) -> None:
    deep = folder / ("deep and long " * 12) / "日本語" / "var"

    server = postgres(lodge(deep, lasting=False))
    queue = valkey(lodge(deep, lasting=False))

    with running(server), running(queue):
        assert len(str(server.folder)) > 107


def test_letters_beyond_ascii_have_their_other_case(folder: Path) -> None:
    """The built-in locale knows Unicode; plain C would leave `É` alone, and an e-mail address would be two."""
    server = postgres(lodge(folder / "var", lasting=False))

    with running(server), psycopg.connect(server.url) as connection:
        row = connection.execute("SELECT lower('É'), upper('ж')").fetchone()

    assert row == ("é", "Ж")


@pytest.fixture
def modes() -> Callable[[Path], dict[Path, tuple[int, int]]]:
    """Mode and owner of a folder and all folders above it."""
    return lambda path: {folder: (folder.stat().st_mode, folder.stat().st_uid) for folder in path.parents}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to run the servers as somebody else")
def test_under_a_closed_folder_the_servers_live_elsewhere(
    folder: Path, modes: Callable[[Path], dict[Path, tuple[int, int]]]
) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    before = modes(closed / "var")

    lodging = lodge(closed / "var", lasting=True)
    again = lodge(closed / "var", lasting=True)

    try:
        with running(postgres(lodging)) as child:
            assert Path(f"/proc/{child.pid}").stat().st_uid == lodging_owner(lodging)
        assert closed not in lodging.data.parents
        assert again.data == lodging.data
        assert modes(closed / "var") == before
    finally:
        subprocess.run(["rm", "-rf", str(lodging.data)], check=True)


def lodging_owner(lodging: Lodging) -> int:
    runs_as = servant()
    assert runs_as == lodging.servant
    assert runs_as is not None
    return runs_as.uid
