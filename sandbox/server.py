"""The HTTP server on 127.0.0.1, and the sandbox as a whole."""

import logging
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sandbox.api import Answer, Api, HangUp, Request
from sandbox.control import Control
from sandbox.ids import SOURCE
from sandbox.options import Options
from sandbox.pages import Pages
from sandbox.store import Store
from sandbox.wire import ApiError, encode_json
from sandbox.worker import Worker
from sandbox.world import World

log = logging.getLogger("sandbox")

LARGEST_BODY = 1024 * 1024
BUG = ApiError(500, "The sandbox has a bug; its log says more.", kind="api_error")
LOCAL_NAMES = ("127.0.0.1", "localhost", "::1")


class Server(ThreadingHTTPServer):
    """Keeps its open connections, so that stopping closes them."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256
    sandbox: "Sandbox"

    def __init__(self, address: tuple[str, int]) -> None:
        super().__init__(address, Handler)
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remembers the connection."""
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forgets the connection."""
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """Ends every connection, also one that a client keeps for later."""
        with self._open_lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    log.debug("a connection had gone already")

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no news; everything else is logged with its traceback."""
        log.debug("a connection broke", exc_info=True)


class Handler(BaseHTTPRequestHandler):
    """Reads one request whole, and answers it with a length, so that the connection may be kept."""

    protocol_version = "HTTP/1.1"
    server_version = "Genseki-Sandbox"
    sys_version = ""
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        """Answers a GET."""
        self._serve()

    do_HEAD = do_POST = do_DELETE = do_GET

    def log_message(self, format: str, *arguments: Any) -> None:
        """Request lines go to the log of the sandbox."""
        log.info(format, *arguments)

    def _serve(self) -> None:
        try:
            answer = self._answered()
        except HangUp as hang_up:
            self._hang_up(hang_up.reset)
            return
        except ApiError as error:
            answer = Answer(error.status, encode_json(error.envelope()))
        except Exception:
            log.exception("%s %s failed", self.command, self.path)
            answer = Answer(500, encode_json(BUG.envelope()))
        self._send(answer)

    def _answered(self) -> Answer:
        request = self._request()
        sandbox = self.server.sandbox
        if request.path.startswith(("/v1/", "/v2/")):
            return sandbox.api.answer(request)
        if request.path.startswith("/_control/"):
            self._check_local(request)
            return sandbox.control.answer(request)
        return sandbox.pages.answer(request)

    def _request(self) -> Request:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal() or int(length) > LARGEST_BODY:
            self.close_connection = True
            raise ApiError(413, "Send a body of at most 1 MiB with a Content-Length.")
        body = self.rfile.read(int(length)).decode("utf-8", "replace")
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, parts.path, parts.query, headers, body)

    def _check_local(self, request: Request) -> None:
        """A page on another site must not steer the sandbox through somebody's browser."""
        host = urlsplit("//" + request.headers.get("host", "")).hostname
        origin = request.headers.get("origin")
        if host not in LOCAL_NAMES or (origin and urlsplit(origin).hostname not in LOCAL_NAMES):
            raise ApiError(403, "The controls are for this computer only.")

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _hang_up(self, reset: bool) -> None:
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


class Sandbox:
    """A sandbox that can be started and stopped, in a process of its own or inside of a test."""

    def __init__(self, options: Options) -> None:
        self.options = options
        if options.database != ":memory:":
            Path(options.database).parent.mkdir(parents=True, exist_ok=True)
        self._stopping = threading.Event()
        self._server = Server(("127.0.0.1", options.port))
        self._server.sandbox = self
        self.port = int(self._server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}"
        SOURCE.sow(options.seed)
        self.world = World(options, Store(options.database), base_url=options.public_url or self.url)
        self._worker = Worker(self.world)
        self.world.store.committed = self._worker.wake
        self.api = Api(self.world, self._stopping)
        self.control = Control(self.world)
        self.pages = Pages(self.world)
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.02},
            name="sandbox-serve",
            daemon=True,
        )

    def start(self) -> None:
        """Serves from now on."""
        self._worker.start()
        self._thread.start()

    def stop(self) -> None:
        """Stops within a second; what is committed stays."""
        self._stopping.set()
        self._server.shutdown()
        self._server.close_connections()
        self._server.server_close()
        self._worker.stop()
        self.world.store.close()
