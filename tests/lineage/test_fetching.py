"""A stranger's address is read only where it may lead. Each attack is refused, and would have worked without its rule.

The server is a real one, with TLS, on this machine's own address: exactly where nobody may send us.
"""

import json
import ssl
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from lineage.fetching import HOSTS, REDIRECT_HOSTS, FetchFailed, FetchRefused, Way, fetch, is_public, raw_address
from lineage.fetching.addresses import checked
from tests.lineage.formats.headers import head
from tests.lineage.tls_server import Answer, Server, page, serving

HOST = "models.test"
CARD = b"---\nlicense: mit\n---\n"


def anywhere(address: str) -> bool:
    """The rule about addresses, switched off."""
    return True


def at_home(host: str) -> Sequence[str]:
    return ["127.0.0.1"]


def way_to(server: Server) -> Way:
    return Way(resolve=at_home, may_connect=anywhere, trust=server.trust, port=server.port)


def always(answer: bytes) -> Answer:
    return lambda peer, _: peer.sendall(answer)


def got(url: str, way: Way, timeout: float = 60, most_bytes: int = 100_000) -> bytes:
    return fetch(url, hosts={HOST}, most_bytes=most_bytes, timeout=timeout, way=way).data


# Where an address leads.


def test_a_card_is_fetched_as_it_is(tmp_path: Path) -> None:
    with serving(always(page(CARD)), tmp_path, HOST) as server:
        fetched = fetch(f"https://{HOST}/a/b/raw/main/README.md?x=1#y", hosts={HOST}, way=way_to(server))

    assert (fetched.data, fetched.content_type, fetched.covers) == (CARD, "text/plain", "file")
    assert fetched.final_url == f"https://{HOST}/a/b/raw/main/README.md?x=1"
    assert server.asked[0].startswith("GET /a/b/raw/main/README.md?x=1 HTTP/1.1\r\n")


def test_nothing_of_ours_is_sent_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    with serving(always(page(CARD)), tmp_path, HOST) as server:
        got(f"https://{HOST}/", way_to(server))

    names = {line.split(":")[0].lower() for line in server.asked[0].split("\r\n")[1:] if line}
    assert names == {"host", "user-agent", "accept", "accept-encoding"}


OWN = [
    "127.0.0.1",
    "127.1.2.3",
    "::1",
    "0.0.0.0",
    "::",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fec0::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001:0:0:0:0:0:80ff:fffe",
    "224.0.0.1",
    "ff02::1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "2001:db8::1",
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "",
    "somewhere",
]


@pytest.mark.parametrize("address", OWN)
def test_a_host_that_leads_to_an_address_of_its_own_network_is_refused(address: str, tmp_path: Path) -> None:
    with serving(always(page(CARD)), tmp_path, HOST) as server:
        way = replace(way_to(server), may_connect=is_public, resolve=lambda host: [address])

        with pytest.raises(FetchRefused, match="not on the public internet"):
            got(f"https://{HOST}/", way)
        assert server.asked == []

        without_the_rule = replace(way, may_connect=anywhere, resolve=at_home)
        assert got(f"https://{HOST}/", without_the_rule) == CARD


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "172.32.0.1"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


def test_one_bad_address_among_good_ones_is_enough_to_refuse(tmp_path: Path) -> None:
    with serving(always(page(CARD)), tmp_path, HOST) as server:
        way = replace(way_to(server), may_connect=is_public, resolve=lambda host: ["8.8.8.8", "127.0.0.1"])

        with pytest.raises(FetchRefused, match="not on the public internet"):
            got(f"https://{HOST}/", way)


def test_a_name_is_looked_up_once_and_what_was_looked_at_is_connected_to(tmp_path: Path) -> None:
    """A host that gives a good address first and another one later (DNS rebinding) gains nothing."""
    answers = [["127.0.0.1"], ["169.254.169.254"]]

    def rebinding(host: str) -> Sequence[str]:
        return answers.pop(0)

    with serving(always(page(CARD)), tmp_path, HOST) as server:
        way = replace(way_to(server), resolve=rebinding, may_connect=lambda address: address == "127.0.0.1")

        assert got(f"https://{HOST}/", way) == CARD

    assert answers == [["169.254.169.254"]]


SPELLINGS = [
    f"https://user@{HOST}/",
    f"https://user:password@{HOST}/",
    f"https://{HOST}:5432/",
    f"https://{HOST}:443/",
    f"https://{HOST}./",
]


@pytest.mark.parametrize("url", SPELLINGS)
def test_a_host_is_written_in_one_way_only(url: str) -> None:
    with pytest.raises(FetchRefused, match="not one of the hosts"):
        checked(url, {HOST})

    # A rule that only looked at the name would have let each of them pass.
    assert (urlsplit(url).hostname or "").rstrip(".") == HOST


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://0/",
        "https://169.254.169.254/latest/meta-data/",
        "https://localhost/",
        f"https://{HOST}.evil.test/",
        f"https://evil.test/{HOST}/",
        f"https://evil.test#@{HOST}/",
        f"https://evil.test?@{HOST}/",
        f"https://{HOST}%2eevil.test/",
        "https:///etc/passwd",
        f"https:{HOST}/",
    ],
)
def test_hosts_that_are_not_on_the_list_are_refused(url: str, tmp_path: Path) -> None:
    with serving(always(page(CARD)), tmp_path, HOST) as server:
        with pytest.raises(FetchRefused, match="not one of the hosts"):
            got(url, way_to(server))

        assert server.asked == []


def test_without_the_list_of_hosts_a_number_would_have_been_read(tmp_path: Path) -> None:
    with serving(always(page(CARD)), tmp_path, "127.0.0.1") as server:
        fetched = fetch("https://127.0.0.1/", hosts={"127.0.0.1"}, way=way_to(server))

    assert fetched.data == CARD


@pytest.mark.parametrize("scheme", ["http", "file", "gopher", "ftp", "dict", "ldap", "data", "", "HTTP"])
def test_nothing_but_https_is_read(scheme: str) -> None:
    with pytest.raises(FetchRefused, match="begin with https"):
        checked(f"{scheme}://{HOST}/", {HOST})

    assert checked(f"HTTPS://{HOST.upper()}/", {HOST}).netloc == HOST


@pytest.mark.parametrize(
    "url",
    [
        f"https://evil.test\\@{HOST}/",
        f"https://{HOST}/ x",
        f"https://{HOST}/\r\nHost: evil.test",
        f"https://{HOST}/\0",
        f"\thttps://{HOST}/",
        "https://ｍodels.test/",
        "https://models。test/",
        "https://mödels.test/",
        f"https://{HOST}/" + "a" * 3000,
        "",
        "https://[models.test/",
    ],
)
def test_what_is_no_plain_address_is_refused(url: str) -> None:
    with pytest.raises(FetchRefused, match="no address"):
        checked(url, {HOST})


def test_the_stores_of_files_are_all_hosts_in_a_domain() -> None:
    """Hugging Face's own, which only Hugging Face gives names in, and which change from time to time."""
    for host in ("us.aws.cdn.hf.co", "cas-bridge.xethub.hf.co", "cdn-lfs.huggingface.co"):
        assert checked(f"https://{host}/x", REDIRECT_HOSTS).netloc == host


@pytest.mark.parametrize(
    "host", [".hf.co", "hf.co", "evilhf.co", "x.hf.co.evil.test", "x.hf.co:5432", "u@x.hf.co", "x..hf.co", "x.hf.co."]
)
def test_a_domain_lets_in_nothing_but_plain_names_in_it(host: str) -> None:
    with pytest.raises(FetchRefused, match="not one of the hosts"):
        checked(f"https://{host}/", REDIRECT_HOSTS)


# Who answers.


def test_a_certificate_for_another_host_is_not_believed(tmp_path: Path) -> None:
    with serving(always(page(CARD)), tmp_path, "other.test") as server:
        with pytest.raises(FetchFailed, match="certificate"):
            got(f"https://{HOST}/", way_to(server))
        assert server.asked == []

        server.trust.check_hostname = False
        assert got(f"https://{HOST}/", way_to(server)) == CARD


def test_a_certificate_of_an_unknown_authority_is_not_believed(tmp_path: Path) -> None:
    with serving(always(page(CARD)), tmp_path, HOST) as server:
        with pytest.raises(FetchFailed, match="certificate"):
            got(f"https://{HOST}/", replace(way_to(server), trust=ssl.create_default_context()))

        assert server.asked == []
        assert got(f"https://{HOST}/", way_to(server)) == CARD


def test_a_host_that_is_not_there_may_be_there_later() -> None:
    def nowhere(host: str) -> Sequence[str]:
        raise OSError

    with pytest.raises(FetchFailed, match="not found") as failure:
        got(f"https://{HOST}/", Way(resolve=nowhere))
    assert failure.value.again

    with pytest.raises(FetchFailed, match="does not answer"):
        got(f"https://{HOST}/", Way(resolve=at_home, may_connect=anywhere, port=9), timeout=2)


# Where an answer sends on to.


def moved(*steps: str) -> Answer:
    """An answer that sends on to each step in turn, and then gives the card."""
    left = list(steps)

    def answer(peer: ssl.SSLSocket, _: str) -> None:
        peer.sendall(page(b"", f"Location: {left.pop(0)}", status="302 Found") if left else page(CARD))

    return answer


def test_an_answer_may_send_on_within_its_host_and_to_the_stores_of_files(tmp_path: Path) -> None:
    with serving(moved("/there", "https://store.test/x?signature=1"), tmp_path, HOST, "store.test") as server:
        way = replace(way_to(server), redirect_hosts={"store.test"})

        fetched = fetch(f"https://{HOST}/here", hosts={HOST}, way=way)

    assert (fetched.data, fetched.final_url) == (CARD, "https://store.test/x")
    assert [asked.split(" ")[1] for asked in server.asked] == ["/here", "/there", "/x?signature=1"]


def test_nobody_may_begin_at_a_store_of_files(tmp_path: Path) -> None:
    with serving(always(page(CARD)), tmp_path, "store.test") as server:
        way = replace(way_to(server), redirect_hosts={"store.test"})

        with pytest.raises(FetchRefused, match="not one of the hosts"):
            got("https://store.test/x", way)


def test_an_answer_may_not_send_on_to_another_host(tmp_path: Path) -> None:
    with serving(moved("https://inside.test/"), tmp_path, HOST, "inside.test") as server:
        with pytest.raises(FetchRefused, match=r"inside\.test"):
            got(f"https://{HOST}/", way_to(server))
        assert len(server.asked) == 1

    with serving(moved("https://inside.test/"), tmp_path, HOST, "inside.test") as server:
        fetched = fetch(f"https://{HOST}/", hosts={HOST, "inside.test"}, way=way_to(server))
        assert fetched.data == CARD


@pytest.mark.parametrize("to", [f"http://{HOST}/", "file:///etc/passwd", "gopher://x/", f"https://a@{HOST}/", "//x/"])
def test_an_answer_may_not_send_on_where_nobody_may_send_us(to: str, tmp_path: Path) -> None:
    with serving(moved(to), tmp_path, HOST) as server:
        with pytest.raises(FetchRefused):
            got(f"https://{HOST}/", way_to(server))

        assert len(server.asked) == 1


def test_a_host_that_is_sent_on_to_is_looked_up_and_looked_at_again(tmp_path: Path) -> None:
    addresses = {HOST: "127.0.0.1", "store.test": "127.0.0.2"}

    with serving(moved("https://store.test/"), tmp_path, HOST, "store.test") as server:
        way = replace(
            way_to(server),
            redirect_hosts={"store.test"},
            resolve=lambda host: [addresses[host]],
            may_connect=lambda address: address == "127.0.0.1",
        )

        with pytest.raises(FetchRefused, match=r"'store\.test' leads to an address"):
            got(f"https://{HOST}/", way)


def test_an_answer_may_not_send_around_for_ever(tmp_path: Path) -> None:
    five = moved("/1", "/2", "/3", "/4")
    with serving(five, tmp_path, HOST) as server, pytest.raises(FetchRefused, match="more than 3 times"):
        got(f"https://{HOST}/", way_to(server))

    with serving(moved("/1", "/2", "/3", "/4"), tmp_path, HOST) as server:
        assert got(f"https://{HOST}/", replace(way_to(server), most_redirects=4)) == CARD


# How much is read, and how long it may take.


def endless(peer: ssl.SSLSocket, _: str) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _number in range(100_000):
        peer.sendall(b"x" * 100_000)


def chunked(peer: ssl.SSLSocket, _: str) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _number in range(30):
        peer.sendall(b"2710\r\n" + b"x" * 10_000 + b"\r\n")
    peer.sendall(b"0\r\n\r\n")


@pytest.mark.parametrize(
    "answer", [endless, chunked, always(page(b"x" * 200_000))], ids=["endless", "chunks", "stated"]
)
def test_too_much_is_not_read_to_its_end(answer: Answer, tmp_path: Path) -> None:
    with serving(answer, tmp_path, HOST) as server, pytest.raises(FetchRefused, match="more than 100,000 bytes"):
        got(f"https://{HOST}/", way_to(server))


def test_as_much_as_is_allowed_is_read(tmp_path: Path) -> None:
    with serving(chunked, tmp_path, HOST) as server:
        assert len(got(f"https://{HOST}/", way_to(server), most_bytes=300_000)) == 300_000


def dripping(head_only: bool, seconds: float) -> Answer:
    """An answer that comes a byte at a time, each within the limit of one read."""

    def answer(peer: ssl.SSLSocket, _: str) -> None:
        whole = page(b"a" * 100)
        if not head_only:
            peer.sendall(whole[:-100])
        for byte in whole if head_only else whole[-100:]:
            peer.sendall(bytes([byte]))
            time.sleep(seconds)

    return answer


@pytest.mark.parametrize("head_only", [True, False])
def test_an_answer_that_comes_a_byte_at_a_time_is_hung_up_on(head_only: bool, tmp_path: Path) -> None:
    began = time.monotonic()

    with serving(dripping(head_only, 0.3), tmp_path, HOST) as server, pytest.raises(FetchFailed, match="took too long"):
        got(f"https://{HOST}/", way_to(server), timeout=1)

    # All of it would take half a minute.
    assert time.monotonic() - began < 20


def test_with_more_time_the_bytes_would_have_come_one_by_one(tmp_path: Path) -> None:
    with serving(dripping(False, 0.001), tmp_path, HOST) as server:
        assert got(f"https://{HOST}/", way_to(server), timeout=30) == b"a" * 100


def test_a_header_of_a_file_that_never_ends_is_hung_up_on(tmp_path: Path) -> None:
    def stuck(peer: ssl.SSLSocket, _: str) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + (5_000_000).to_bytes(8, "little"))
        time.sleep(30)

    with serving(stuck, tmp_path, HOST) as server, pytest.raises(FetchFailed, match="took too long"):
        got(f"https://{HOST}/a.safetensors", way_to(server), timeout=1)


def test_what_comes_compressed_is_not_blown_up(tmp_path: Path) -> None:
    with (
        serving(always(page(b"\x1f\x8b", "Content-Encoding: gzip")), tmp_path, HOST) as server,
        pytest.raises(FetchRefused, match="compressed"),
    ):
        got(f"https://{HOST}/", way_to(server))

    assert "Accept-Encoding: identity" in server.asked[0]


def test_an_answer_that_breaks_off_is_not_taken_for_the_whole(tmp_path: Path) -> None:
    with serving(always(page(CARD)[:-5]), tmp_path, HOST) as server, pytest.raises(FetchFailed, match="broke off"):
        got(f"https://{HOST}/", way_to(server))


@pytest.mark.parametrize(
    ("status", "again"),
    [("404 Not Found", False), ("401 No", False), ("503 Later", True), ("429 Slow", True), ("418 I", False)],
)
def test_an_error_says_whether_to_try_again(status: str, again: bool, tmp_path: Path) -> None:
    with serving(always(page(b"", status=status)), tmp_path, HOST) as server, pytest.raises(FetchFailed) as failure:
        got(f"https://{HOST}/", way_to(server))

    assert failure.value.again is again


@pytest.mark.parametrize(
    "answer", [b"", b"hello\r\n\r\n", b"HTTP/1.1 x\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200]
)
def test_an_answer_that_is_none_is_said_to_be_none(answer: bytes, tmp_path: Path) -> None:
    with serving(always(answer), tmp_path, HOST) as server, pytest.raises(FetchFailed, match="cannot be read"):
        got(f"https://{HOST}/", way_to(server))


@pytest.mark.parametrize("partly", [True, False])
def test_of_a_file_of_weights_only_the_header_is_read(partly: bool, tmp_path: Path) -> None:
    first = head({"ss_sd_model_name": "base"})
    lines = ["Content-Range: bytes 0-10000007/6000000000"] if partly else []
    whole = page(first + b"w" * 1_000_000, *lines, status="206 Partial Content" if partly else "200 OK")

    with serving(always(whole), tmp_path, HOST) as server:
        fetched = fetch(f"https://{HOST}/a/b/resolve/main/m.safetensors", hosts={HOST}, way=way_to(server))

    assert (fetched.data, fetched.covers) == (first, "header")
    assert "Range: bytes=0-10000007\r\n" in server.asked[0]


def test_a_part_from_the_middle_is_not_taken_for_the_beginning(tmp_path: Path) -> None:
    whole = page(head({}), "Content-Range: bytes 5-10/100", status="206 Partial Content")

    with serving(always(whole), tmp_path, HOST) as server, pytest.raises(FetchFailed, match="error 206"):
        got(f"https://{HOST}/m.safetensors", way_to(server))


def test_what_is_no_file_of_weights_is_refused_in_the_words_of_its_reader(tmp_path: Path) -> None:
    answer = always(page(json.dumps({"error": "x" * 100}).encode()))

    with serving(answer, tmp_path, HOST) as server, pytest.raises(FetchRefused, match="is this safetensors"):
        got(f"https://{HOST}/m.safetensors", way_to(server))


# Pages that people copy the addresses of.


@pytest.mark.parametrize(
    ("page_address", "raw"),
    [
        ("https://huggingface.co/owner/name", "https://huggingface.co/owner/name/raw/main/README.md"),
        (" https://hf.co/owner/name/ ", "https://huggingface.co/owner/name/raw/main/README.md"),
        ("https://huggingface.co/owner/name/tree/v1", "https://huggingface.co/owner/name/raw/v1/README.md"),
        ("https://huggingface.co/owner/name/blob/main/a/b.yml", "https://huggingface.co/owner/name/raw/main/a/b.yml"),
        (
            "https://huggingface.co/owner/name/blob/main/モデル.safetensors?download=true",
            "https://huggingface.co/owner/name/resolve/main/%E3%83%A2%E3%83%87%E3%83%AB.safetensors",
        ),
        ("https://huggingface.co/owner/name/discussions/1", "https://huggingface.co/owner/name/raw/main/README.md"),
        ("https://huggingface.co/datasets/owner/name", "https://huggingface.co/datasets/owner/name"),
        ("https://civitai.com/models/25494?modelVersionId=51395", "https://civitai.com/api/v1/models/25494"),
        ("https://civitai.com/models/25494/some-name#x", "https://civitai.com/api/v1/models/25494"),
        ("https://civitai.com/api/v1/model-versions/5", "https://civitai.com/api/v1/model-versions/5"),
        ("https://github.com/o/n/blob/main/a/b.md", "https://raw.githubusercontent.com/o/n/main/a/b.md"),
        ("https://github.com/o/n", "https://raw.githubusercontent.com/o/n/HEAD/README.md"),
        ("https://example.org/x", "https://example.org/x"),
        ("https://[bad", "https://[bad"),
        ("", ""),
    ],
)
def test_the_page_of_a_model_leads_to_what_can_be_read(page_address: str, raw: str) -> None:
    assert raw_address(page_address) == raw
    if raw.startswith("https://") and "example" not in raw and "bad" not in raw:
        assert checked(raw, HOSTS)


@pytest.mark.parametrize("url", ["https://huggingface.co@evil.test/a/b", "https://evil.test/huggingface.co/a/b"])
def test_no_page_leads_past_the_list_of_hosts(url: str) -> None:
    with pytest.raises(FetchRefused):
        checked(raw_address(url), HOSTS)
