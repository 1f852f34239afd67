"""An address is one that every format takes, or none at all."""

import pytest
from hypothesis import given

from lineage.formats.addresses import repository_at, web_address
from tests.lineage.formats.exported import hostile


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://example.org", "https://example.org"),
        (" HTTP://Example.org:8080/a?b=c#d ", "HTTP://Example.org:8080/a?b=c#d"),
        ("https://example.org/日本", "https://example.org/%E6%97%A5%E6%9C%AC"),
        ('https://example.org/a b<c>"d"', "https://example.org/a%20b%3Cc%3E%22d%22"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/%41#a#b", "https://example.org/%41#a%23b"),
        ("https://[::1]/", "https://[::1]/"),
        ("javascript:alert(1)", None),
        ("https://", None),
        ("https://exa mple.org/", None),
        ("https://user@example.org/", None),
        ("ftp://example.org/", None),
        ("https://example.org/\n", "https://example.org/"),
        ("https://example.org/" + "a" * 3000, None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_are_kept_and_in_plain_ascii(text: str | None, address: str | None) -> None:
    assert web_address(text) == address


@pytest.mark.parametrize(
    ("text", "repository"),
    [
        ("https://huggingface.co/owner/name", "owner/name"),
        ("https://huggingface.co/owner/name/tree/main", "owner/name"),
        ("https://hf.co/owner/name?x=1", "owner/name"),
        ("https://huggingface.co/datasets/owner/name", None),
        ("https://huggingface.co/name", None),
        ("https://huggingface.co.example.org/owner/name", None),
        ("https://example.org/owner/name", None),
        ("https://huggingface.co/owner/na me", None),
    ],
)
def test_a_repository_is_known_by_its_address(text: str, repository: str | None) -> None:
    assert repository_at(text) == repository


@given(hostile)
def test_whatever_stands_behind_the_host_stays_one_address(text: str) -> None:
    address = web_address(f"https://example.org/{text}")

    assert address is None or (address.isascii() and not set(' <>"\\^`{|}\n') & set(address))
