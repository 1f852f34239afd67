"""A web server with a certificate of its own authority, for tests that must not believe just anybody."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

type Answer = Callable[[ssl.SSLSocket, str], None]
"""Given the connection and the request's head; whatever it sends is the answer."""


@dataclass
class Server:
    port: int
    trust: ssl.SSLContext
    asked: list[str] = field(default_factory=list)


def certificate(folder: Path, *names: str) -> tuple[Path, Path]:
    """Files of a certificate for these names, signed by itself, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
    alternatives: list[x509.GeneralName] = [
        x509.IPAddress(ipaddress.ip_address(name)) if name[0].isdigit() else x509.DNSName(name) for name in names
    ]
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


@contextmanager
def serving(answer: Answer, folder: Path, *names: str) -> Iterator[Server]:
    """A server on the machine's own address, whose certificate is for `names`."""
    chain, key = certificate(folder, *names)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    server = Server(listener.getsockname()[1], ssl.create_default_context(cafile=str(chain)))
    over = threading.Event()
    thread = threading.Thread(target=_accept, args=(listener, context, answer, server, over), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        over.set()
        listener.close()
        thread.join(10)


def _accept(
    listener: socket.socket, context: ssl.SSLContext, answer: Answer, server: Server, over: threading.Event
) -> None:
    while not over.is_set():
        try:
            plain, _ = listener.accept()
        except TimeoutError:
            continue
        except OSError:
            return
        threading.Thread(target=_serve, args=(plain, context, answer, server), daemon=True).start()


def _serve(plain: socket.socket, context: ssl.SSLContext, answer: Answer, server: Server) -> None:
    plain.settimeout(60)
    try:
        with context.wrap_socket(plain, server_side=True) as peer:
            head = b""
            while b"\r\n\r\n" not in head:
                part = peer.recv(4096)
                if not part:
                    return
                head += part
            server.asked.append(head.decode("latin-1"))
            answer(peer, head.decode("latin-1"))
    except OSError:
        pass  # a client that refuses is what most of these tests are about


def page(body: bytes, *lines: str, status: str = "200 OK") -> bytes:
    """A whole answer."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Content-Type: text/plain; charset=utf-8", *lines]
    return "\r\n".join([*head, "", ""]).encode() + body
