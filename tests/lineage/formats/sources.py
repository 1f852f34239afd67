"""One good source of each format, as bytes with the name of a file."""

import json
from pathlib import Path

from tests.lineage.formats.headers import head, recipe
from tests.lineage.formats.test_card_history import BASIL
from tests.lineage.formats.workflows import NESTED, NESTED_PAGE

A, B, C = "a" * 64, "b" * 64, "c" * 64
DATA = Path(__file__).resolve().parents[3] / "lineage" / "data"

CIVITAI = {
    "id": 25494,
    "name": "Beautiful Realistic Asians",
    "type": "Checkpoint",
    "allowNoCredit": True,
    "allowCommercialUse": "{Image,RentCivit}",
    "allowDerivatives": True,
    "allowDifferentLicense": False,
    "creator": {"username": "somebody"},
    "modelVersions": [
        {
            "id": 51395,
            "name": "v4.0",
            "createdAt": "2023-04-21T09:13:43.228Z",
            "baseModel": "SD 1.5",
            "description": '<a href="https://civitai.com/models/6424">x</a>',
            "files": [{"type": "Model", "primary": True, "hashes": {"SHA256": A, "AutoV2": A[:10]}}],
        }
    ],
}

MERGED = head(
    {
        "sd_merge_recipe": recipe(
            type="webui", primary_model_hash=A, secondary_model_hash=B, interp_method="Weighted sum", multiplier=0.3
        ),
        "sd_merge_models": json.dumps(
            {A: {"name": "a", "sd_merge_recipe": {"type": "x", "in": [C]}}, B: {"name": "b", "sd_merge_recipe": None}}
        ),
        "modelspec.merged_from": "a, b",
        "ss_sd_model_name": "owner/base",
        "ss_training_started_at": "1679875200.5",
    }
)

CARD = b"---\nlicense: openrail++\nbase_model: [a/b, c/d]\nbase_model_relation: merge\ntags: [x]\n---\n# A model\n"
RECIPE = b"models:\n- model: a/b@main+c/d\n  parameters: {weight: 0.5}\n- model: e/f\nmerge_method: linear\n"
TABLE = b"parent,child,method,obtained_on,share\na,b,merge,2023-02-22,0.5\nc,b,merge,,0.5\n"

#: (format, name, bytes)
SOURCES: list[tuple[str, str, bytes]] = [
    ("genseki", "bra.json", (DATA / "bra.json").read_bytes()),
    ("hugging-face-card", "https://huggingface.co/a/b/raw/main/README.md", CARD),
    ("hugging-face-card", "basil.json", json.dumps(BASIL).encode()),
    ("civitai", "model.json", json.dumps(CIVITAI).encode()),
    ("safetensors", "mine.safetensors", MERGED),
    ("mergekit", "mine.yaml", RECIPE),
    ("comfyui", "workflow.json", json.dumps(NESTED).encode()),
    ("comfyui", "mine.json", json.dumps({"workflow": NESTED_PAGE}).encode()),
    ("csv", "edges.csv", TABLE),
]
