"""A connection to one address, for the host that a certificate must name, which ends when its time is over."""

import socket
import ssl
from http.client import HTTPSConnection
from threading import Timer
from time import monotonic
from types import TracebackType
from typing import Self

from lineage.fetching.errors import FetchFailed


class Connection(HTTPSConnection):
    """Goes to `address` and nowhere else: no name is looked up, no proxy is asked, nothing is kept for the next time.

    A peer that sends a byte now and then never runs into the limit of one read. So a timer hangs up when the time for
    all of it is over, wherever it stands.
    """

    def __init__(self, host: str, address: str, port: int, trust: ssl.SSLContext, deadline: float) -> None:
        super().__init__(host, port, timeout=max(0.05, deadline - monotonic()))
        self._address = address
        self._trust = trust
        self._deadline = deadline
        self._timer: Timer | None = None
        self.is_late = False

    def connect(self) -> None:
        raw = socket.create_connection((self._address, self.port), self.timeout)
        try:
            # One handshake takes no longer than the limit of one read.
            raw.settimeout(max(0.05, self._deadline - monotonic()))
            self._tls = self.sock = self._trust.wrap_socket(raw, server_hostname=self.host)
        except BaseException:
            raw.close()
            raise
        self._timer = Timer(max(0.0, self._deadline - monotonic()), self._hang_up)
        self._timer.daemon = True
        self._timer.start()

    def failure(self) -> FetchFailed:
        """What to say of an answer that broke off."""
        if self.is_late:
            return FetchFailed("the host '{host}' took too long; try again later", host=self.host)
        return FetchFailed("the answer of '{host}' broke off or cannot be read; try again later", host=self.host)

    def _hang_up(self) -> None:
        self.is_late = True
        # Not `sock`: that is None as soon as the peer has said that it will close, with its answer still to come.
        try:
            self._tls.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it has hung up already

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self.close()
