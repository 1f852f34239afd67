"""Addresses are read by the clock, thrice at most, outside of every transaction; the reason of a refusal is kept."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from lineage import tasks
from lineage.actions.ask_for_address import ask_for_address
from lineage.actions.read_addresses import MOST_TRIES, PAUSE, read_addresses
from lineage.fetching import Fetched, FetchFailed, FetchRefused, fetch
from lineage.models import Evidence, Fetch, Proposal
from lineage.words.claims import kept_sentence
from tests.lineage.proposals.test_evidence import weights
from tests.lineage.proposals.world import CARD, NOON, bra_of_mika, yui
from tests.lineage.test_fetching import HOST, always, way_to
from tests.lineage.tls_server import page, serving

ADDRESS = "https://huggingface.co/someone/bra/raw/main/README.md"


@pytest.mark.django_db(transaction=True)
def test_what_is_fetched_becomes_evidence_and_no_transaction_waits_for_the_host(
    tmp_path: Path, settings: Settings
) -> None:
    bra_of_mika()
    settings.IMPORT_HOSTS = [HOST]
    ask_for_address(f"https://{HOST}/README.md", by=yui(), at=NOON, about="bra-v4")

    with serving(always(page(CARD)), tmp_path, HOST) as server:

        def get(url: str, **limits: Any) -> Fetched:
            assert not connection.in_atomic_block
            return fetch(url, way=way_to(server), **limits)

        assert read_addresses(at=NOON, get=get) == 1 and read_addresses(at=NOON + PAUSE, get=get) == 0

    assert len(server.asked) == 1
    row = Fetch.objects.select_related("evidence").get()
    assert (row.state, row.tries) == ("read", 1) and row.evidence is not None
    assert (row.evidence.url, row.evidence.brought_by) == (f"https://{HOST}/README.md", yui())
    assert Proposal.objects.get(kind="derivation").about == "bra-v4"


@pytest.mark.django_db(transaction=True)
def test_of_a_file_of_weights_at_an_address_the_header_is_read(tmp_path: Path, settings: Settings) -> None:
    settings.IMPORT_HOSTS = [HOST]
    ask_for_address(f"https://{HOST}/bra.safetensors", by=yui(), at=NOON)
    whole = weights(**{"modelspec.title": "BRA V4", "modelspec.merged_from": "ChilloutMix"})

    with serving(always(page(whole)), tmp_path, HOST) as server:
        read_addresses(at=NOON, get=partial(fetch, way=way_to(server)))

    evidence = Evidence.objects.get()
    assert evidence.covers == "header" and bytes(evidence.content) == whole[:-16]


@pytest.mark.django_db
def test_an_address_that_leads_into_our_own_network_is_refused_and_says_so(settings: Settings) -> None:
    settings.IMPORT_HOSTS = ["localhost"]
    ask_for_address("https://localhost/", by=yui(), at=NOON)

    read_addresses(at=NOON)

    row = Fetch.objects.get()
    assert (row.state, row.tries) == ("refused", 1) and "public internet" in kept_sentence(row.says)


@pytest.mark.django_db
def test_what_is_not_there_is_not_tried_again(tmp_path: Path, settings: Settings) -> None:
    settings.IMPORT_HOSTS = [HOST]
    ask_for_address(f"https://{HOST}/gone", by=yui(), at=NOON)

    with serving(always(page(b"", status="404 Not Found")), tmp_path, HOST) as server:
        read_addresses(at=NOON, get=partial(fetch, way=way_to(server)))

    assert (Fetch.objects.get().state, len(server.asked)) == ("refused", 1)


@pytest.mark.django_db
def test_a_host_that_does_not_answer_is_tried_three_times_with_a_pause() -> None:
    ask_for_address(ADDRESS, by=yui(), at=NOON)
    tried = []

    def get(url: str, **_limits: Any) -> Any:
        tried.append(url)
        raise FetchFailed("no answer")

    read_addresses(at=NOON, get=get)
    assert Fetch.objects.get().state == "waiting" and kept_sentence(Fetch.objects.get().says) == "no answer"
    for seconds in range(5, 300, 5):
        read_addresses(at=NOON + timedelta(seconds=seconds), get=get)

    fetch = Fetch.objects.get()
    assert len(tried) == MOST_TRIES and fetch.state == "refused"
    assert kept_sentence(fetch.says) == "no answer"


@pytest.mark.django_db
@pytest.mark.parametrize("content", [None, b"\x89PNG"])
def test_what_is_refused_or_no_format_of_ours_is_not_tried_again_and_says_why(content: bytes | None) -> None:
    ask_for_address(ADDRESS, by=yui(), at=NOON)

    def get(url: str, **_limits: Any) -> Any:
        if content is None:
            raise FetchRefused("this address leads to {host}", host="127.0.0.1")
        return Fetched(content, "https://huggingface.co/picture", "image/png")

    read_addresses(at=NOON, get=get)

    fetch = Fetch.objects.get()
    assert (fetch.state, fetch.tries) == ("refused", 1) and kept_sentence(fetch.says)
    assert not Evidence.objects.exists()


@pytest.mark.django_db
def test_two_workers_do_not_read_one_address_twice() -> None:
    ask_for_address(ADDRESS, by=yui(), at=NOON)
    tried = []

    def get(url: str, **_limits: Any) -> Any:
        tried.append(url)
        # Another worker looks while this one still waits for the host.
        assert read_addresses(at=NOON + timedelta(seconds=5), get=get) == 0
        return Fetched(CARD, "https://huggingface.co/someone/bra/raw/main/README.md", "text/plain")

    read_addresses(at=NOON, get=get)

    assert tried == [ADDRESS]


@pytest.mark.django_db
def test_a_worker_that_died_amid_its_last_try_leaves_no_address_waiting_for_ever() -> None:
    ask_for_address(ADDRESS, by=yui(), at=NOON)
    Fetch.objects.update(tries=MOST_TRIES, tried_at=NOON)

    read_addresses(at=NOON + PAUSE)

    assert Fetch.objects.get().state == "refused"


@pytest.mark.django_db
def test_the_clock_knows_the_task() -> None:
    tasks.TASKS["read_addresses"]()

    assert not Fetch.objects.exists()
