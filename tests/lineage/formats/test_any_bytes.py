"""Whatever is brought, a reader gives a proposal or a sentence that says what is wrong, and soon."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lineage.engine.reading import read
from lineage.engine.writing import write
from lineage.fetching import FetchRefused, is_public, raw_address
from lineage.fetching.addresses import HOSTS, checked
from lineage.formats.any_format import FORMATS, read_proposal
from lineage.formats.proposals import FormatError, Proposal
from tests.lineage.formats.headers import framed, head
from tests.lineage.formats.hostile import within
from tests.lineage.formats.sources import SOURCES

OFTEN = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

#: Words that lead further into the readers than chance would.
WORDS = st.sampled_from(
    sorted(
        {"prompt", "workflow", "nodes", "links", "class_type", "inputs", "model1", "model2", "ratio", "id", "type"}
        | {"CheckpointSave", "ModelMergeSimple", "LoraLoader", "model", "ckpt_name", "a.ckpt", "filename_prefix"}
        | {"modelVersions", "modelId", "files", "hashes", "SHA256", "allowCommercialUse", "allowNoCredit", "{Image}"}
        | {"history", "date", "license", "card", "repository", "2023-01-01", "base_model", "merge_method", "models"}
        | {"sd_merge_recipe", "sd_merge_models", "webui", "primary_model_hash", "a" * 64, "__metadata__"}
        | {"format", "genseki-lineage/1", "artefacts", "derivations", "parent", "child", "ss_training_started_at"}
    )
)
TEXTS = WORDS | st.text(max_size=20)
PLAIN = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | TEXTS
JSON = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=6), max_leaves=30
)


def tried(data: bytes, format: str | None = None, **known: Any) -> Proposal | None:
    """The proposal, or None for a refusal that is as a refusal should be."""
    try:
        proposal = read_proposal(data, format=format, **known)
    except FormatError as error:
        assert error.says
        assert json.loads(json.dumps(error.values)) == error.values
        return None
    assert all(remark.says for remark in proposal.remarks)
    assert not any(edge.value.certain for edge in proposal.derivations)
    file = proposal.as_file()
    assert read(write(file)) == file
    return proposal


@OFTEN
@given(data=st.binary(max_size=300), format=st.sampled_from([None, *FORMATS]), name=st.text(max_size=30))
@example(b"\x02\0\0\0\0\0\0\0{}", None, "")
@example(b"\x80\x02", "safetensors", "")
@example(b"---\n---\n", None, "a/..")
def test_any_bytes(data: bytes, format: str | None, name: str) -> None:
    with within(10):
        tried(data, format, name=name)


@OFTEN
@given(value=JSON, format=st.sampled_from(["civitai", "comfyui", "hugging-face-card", "genseki", None]))
def test_any_json(value: object, format: str | None) -> None:
    with within(10):
        tried(json.dumps(value).encode(), format, about="mine", seen_on=date(2024, 1, 1))


@OFTEN
@given(metadata=st.dictionaries(TEXTS, TEXTS | JSON.map(json.dumps), max_size=6), name=st.text(max_size=20))
def test_any_header(metadata: dict[str, str], name: str) -> None:
    with within(10):
        tried(head(metadata), name=name)


NODE = st.builds(
    lambda kind, links, values: {"class_type": kind, "inputs": links | values},
    st.sampled_from(["CheckpointLoaderSimple", "LoraLoader", "ModelMergeSimple", "ModelMergeSubtract", "Reroute", "X"])
    | st.sampled_from(["ModelMergeAdd", "ModelMergeBlocks", "CheckpointSave", "CLIPMergeSimple", "SaveLoRA"]),
    st.dictionaries(
        st.sampled_from(["model1", "model2", "model", "clip", "vae"]),
        st.tuples(st.sampled_from("abcdef"), st.integers(0, 3)).map(list),
        max_size=3,
    ),
    st.dictionaries(
        st.sampled_from(["ckpt_name", "lora_name", "ratio", "multiplier", "input", "filename_prefix"]),
        st.sampled_from(["a.ckpt", "b.safetensors", 0.5, 1, -2, None, "x", [], {"y": "c.pt"}]),
        max_size=4,
    ),
)


@OFTEN
@given(graph=st.dictionaries(st.sampled_from("abcdef"), NODE, min_size=1))
def test_any_graph(graph: dict[str, Any]) -> None:
    proposal = tried(json.dumps(graph).encode(), "comfyui", about="mine")

    assert proposal is not None
    shares = [edge.value.share for edge in proposal.derivations if edge.value.share is not None]
    assert all(0 <= share <= 1 for share in shares)
    assert {edge.certainty for edge in proposal.derivations} <= {"claimed"}


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, str, bytes]:
    """A good source with some bytes changed, left out, doubled or moved."""
    format, name, data = draw(st.sampled_from(SOURCES))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        stop = draw(st.integers(start, min(len(data), start + 40)))
        put = draw(st.sampled_from([b"", b"null", b"[]", b"{}", b'"', b"\n", b"-1", b"&a ", data[start:stop] * 2]))
        put = draw(st.just(put) | st.binary(max_size=4))
        data = data[:start] + put + data[stop:]
    return format, name, data


@OFTEN
@given(source=mutated(), guessed=st.booleans())
def test_any_change_of_a_good_source(source: tuple[str, str, bytes], guessed: bool) -> None:
    format, name, data = source

    with within(10):
        tried(data, None if guessed else format, name=name, seen_on=date(2024, 1, 1))


@OFTEN
@given(source=mutated())
def test_any_change_within_a_header(source: tuple[str, str, bytes]) -> None:
    """The length at the beginning is right, so that what was changed is read."""
    _, _, data = source

    with within(10):
        tried(framed(data[8:] if data[8:9] == b"{" else data), "safetensors", about="mine")


@pytest.mark.parametrize("format", list(FORMATS))
@pytest.mark.parametrize(
    "data",
    [
        b"{" * 1_900_000,
        b'{"a":' * 300_000,
        b"[" * 390_000,
        b"---\n" + b"- " * 50_000 + b"\n---\n",
        b"a,b\n" * 400_000,
        b'"' * 1_000_000,
        b"\0" * 1_000_000,
        b"--- \n-" * 60_000,
        b"models: &a [*a, *a]\n" * 100,
    ],
    ids=lambda data: repr(data[:12]),
)
def test_what_was_made_to_take_long_does_not(data: bytes, format: str) -> None:
    with within(20):
        tried(data, format, about="mine")
        tried(framed(data), format, about="mine")


@OFTEN
@given(url=st.text(max_size=60) | st.builds(lambda a, b: f"https://{a}{b}", st.sampled_from(sorted(HOSTS)), st.text()))
def test_any_address_leads_to_a_host_of_the_list_or_nowhere(url: str) -> None:
    try:
        parts = checked(raw_address(url), HOSTS)
    except FetchRefused as refusal:
        assert refusal.says
        return

    assert (parts.scheme, parts.netloc in HOSTS, parts.fragment) == ("https", True, "")


@given(address=st.ip_addresses().map(str) | st.text(max_size=20))
def test_no_address_of_ip_makes_the_rule_stumble(address: str) -> None:
    assert is_public(address) in (True, False)
