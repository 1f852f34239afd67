"""`python -m config.demo`, which is `make demo`: Genseki whole, on this machine, with nothing else installed.

Databases, mail, logs and the demo's own secrets lie in `var/`; a second start goes on where the first one ended.
"""

import fcntl
import http.client
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from config import collected, demo_settings, processes
from config.demo_settings import VAR, Addresses
from config.embedded import Server, is_free, postgres, silence_of, valkey
from config.leftovers import end_leftovers
from config.lodging import NoLodging, lodge
from config.processes import Process
from config.supervisor import Child, Failed, Stopped, Supervisor

BEGAN = time.monotonic()


class NotHere(Exception):
    """The demo cannot run here and now. The text is one sentence that says what to do."""


def main() -> int:
    try:
        addresses = demo_settings.addresses(os.environ)
        with only_here():
            run(addresses)
    except (NotHere, NoLodging, Failed, demo_settings.Unfit) as trouble:
        print(trouble, file=sys.stderr, flush=True)
        return 1
    return 0


@contextmanager
def only_here() -> Iterator[None]:
    """One demo to a clone. The lock is the system's own, so nothing stale is left when we are killed."""
    try:
        VAR.mkdir(exist_ok=True)
        lock = (VAR / "demo.lock").open("a+", encoding="ascii")
    except OSError as error:
        raise NotHere(
            f"Genseki cannot write to {VAR} ({error.strerror}): make the folder writable, or clone into one that is."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise NotHere(f"The demo runs here already: stop it first (kill {lock.read().strip()}).") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def run(addresses: Addresses) -> None:
    """Start everything, say where it is, and keep it alive until somebody asks to stop."""
    supervisor = Supervisor(VAR, {}, say)
    supervisor.listen()
    end_leftovers(supervisor.register, say)
    for port in (addresses.web, addresses.sandbox, addresses.live):
        if not is_free(port):
            moved = f"PORT={addresses.web + 10} SANDBOX_PORT={addresses.sandbox + 10} LIVE_PORT={addresses.live + 10}"
            raise NotHere(f"Port {port} is in use: stop what listens there, or move the demo: {moved} make demo")
    try:
        start_everything(supervisor, addresses)
        welcome(addresses)
        supervisor.watch()
    except Stopped:
        pass
    finally:
        if supervisor.children:
            say("Stopping. / 終了しています。")
        supervisor.stop()
    say("Stopped; the data is kept. / 停止しました。データは残っています。")


def start_everything(supervisor: Supervisor, addresses: Addresses) -> None:
    start_servers(supervisor, addresses)
    say("Preparing the database, and starting the Stripe sandbox and the pages.")
    sandbox, web, live = (
        child_of(process)
        for process in (
            processes.sandbox(port=addresses.sandbox),
            processes.web(port=addresses.web),
            processes.live(port=addresses.live),
        )
    )
    supervisor.start(sandbox)
    prepare(supervisor)
    # Whoever looks too early finds nobody, and no page that misses its tables.
    supervisor.start(web)
    for child in (sandbox, web):
        supervisor.wait_for(child)
    # Nobody watches yet, so it has the time of the story to come up.
    supervisor.start(live)
    say("Telling the demo's story, which is paid through the sandbox.")
    supervisor.run("seed_demo", ("python", "manage.py", "seed_demo"))
    say("Starting the worker and the clock.")
    for process in (processes.worker(), processes.beat()):
        supervisor.start(child_of(process))
    supervisor.wait_for(live)


def prepare(supervisor: Supervisor) -> None:
    """What has to be there before the first page is asked for: the tables, and beside them sheets and scripts."""
    commands = {"migrate": processes.migrate().command}
    if collected.is_collected():
        supervisor.run_together(commands)
        return
    collected.begin()
    supervisor.run_together(commands | {"collect": collected.COMMAND})
    collected.end()


def start_servers(supervisor: Supervisor, addresses: Addresses) -> None:
    """PostgreSQL and Valkey, each unless the operator has named one; then what all processes are told."""
    wanted = {"DATABASE_URL": postgres, "REDIS_URL": valkey}
    urls = {name: os.environ[name] for name in wanted if os.environ.get(name)}
    if silence := silence_of(urls):
        raise NotHere(silence)
    missing = {name: server for name, server in wanted.items() if name not in urls}
    if missing:
        say("Starting PostgreSQL and Valkey.")
        lodging = lodge(VAR, lasting=True)
        if lodging.data != VAR:
            say(f"They cannot run as another user than root in this folder, so their data lies in {lodging.data}.")
        servers = {name: server(lodging) for name, server in missing.items()}
        urls |= {name: server.url for name, server in servers.items()}
        children = [server_child(server) for server in servers.values()]
        for child in children:
            supervisor.start(child)
        for child in children:
            supervisor.wait_for(child)
    supervisor.environment = demo_settings.environment_of_processes(demo_settings.write(addresses, urls))


def server_child(server: Server) -> Child:
    return Child(
        server.name,
        server.command,
        ready=server.answers,
        stop_signal=server.stop_signal,
        grace=30.0,
        runs_as=server.servant,
        folder=server.folder,
    )


def child_of(process: Process) -> Child:
    ready = (lambda: answers(process.health)) if process.health else (lambda: True)
    return Child(process.name, process.command, ready=ready, stop_signal=process.stop_signal, grace=process.grace)


def answers(address: str) -> bool:
    """Whether something serves there: anything but silence or a failure of the server's own. No proxy is asked."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=2)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def welcome(addresses: Addresses) -> None:
    site = demo_settings.site(addresses)
    accounts = VAR / "demo-accounts.txt"
    print(f"\nGenseki is ready: {site}/   ({time.monotonic() - BEGAN:.0f} s)")
    print("Genseki の準備ができました。上のアドレスをブラウザーで開いてください。\n")
    if accounts.is_file():
        print(accounts.read_text(encoding="utf-8").rstrip() + "\n")
    print("Try: give the missing coin to BRA (card 4242 4242 4242 4242), and see it close by itself within a minute;")
    print("     promise a coin to the portrait base: all or nothing, no card is charged before it closes, ten minutes")
    print("     after the first start; or sign in as staff and press “Close now” on its page. One bank then asks back")
    print("     (see the mails; five minutes to confirm), one card is declined, and the goal is reached all the same;")
    print(
        "     sign in as the trainer: open an account to be paid to, train, write an update, release the clean version;"
    )
    print(f"     read the mails that were sent ({site}/en/demo/mail/ or var/mail/).")
    print("お試し: BRA に足りない 1 枚を支援すると、プロジェクトの募集は 1 分以内に自動で終わります。")
    print("        もう 1 つは All-or-Nothing。カードは保存されるだけで、目標に届いたときだけ請求されます。")
    print("        初回起動の 10 分後に締め切られます(staff でログインすると「今すぐ締め切る」ボタンが出ます)。")
    print(f"        送られたメールは {site}/ja/demo/mail/ で読めます。")
    print("Ctrl-C stops all. / Ctrl-C で終了します。\n", flush=True)


def say(words: str) -> None:
    print(f"[{time.monotonic() - BEGAN:5.1f} s] {words}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
