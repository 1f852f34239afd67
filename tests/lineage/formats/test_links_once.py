"""The description of a model counts for all its versions, and is searched once."""

import json
import time

from lineage.formats.civitai import import_civitai

LINK = "<a href='https://civitai.com/models/2'>"


def test_a_long_description_of_a_model_with_many_versions_is_read_within_seconds() -> None:
    versions = [{"id": number, "name": "v"} for number in range(1, 2001)]
    model = {"id": 1, "name": "x", "description": LINK * 12_000, "modelVersions": versions}
    data = json.dumps(model).encode()

    begun = time.process_time()
    proposal = import_civitai(data)

    assert len(proposal.derivations) == 2000
    assert time.process_time() - begun < 10
