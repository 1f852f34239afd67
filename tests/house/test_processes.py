"""The table of processes is the only place where a command is written; compose and the image repeat it exactly."""

import json
import re
from pathlib import Path

import yaml

from config import processes

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker" / "compose.yml").read_text(encoding="utf-8"))
IN_A_CONTAINER = [
    processes.migrate(),
    processes.web(host="0.0.0.0", port=8000),
    processes.live(host="0.0.0.0", port=8002),
    processes.worker(),
    processes.beat(),
]


def test_compose_runs_the_commands_of_the_table() -> None:
    services = COMPOSE["services"]

    ours = {name: tuple(service["command"]) for name, service in services.items() if service["image"] == "genseki"}

    assert ours == {process.name: process.command for process in IN_A_CONTAINER}


def test_compose_gives_each_process_the_time_that_it_may_take_to_stop() -> None:
    waiting = {process.name: process.grace for process in IN_A_CONTAINER if process.name != "migrate"}

    given = {name: COMPOSE["services"][name]["stop_grace_period"] for name in waiting}

    assert given == {name: f"{seconds:.0f}s" for name, seconds in waiting.items()}


def test_the_image_serves_the_pages_by_the_command_of_the_table() -> None:
    dockerfile = (ROOT / "docker" / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")

    command = re.search(r"^CMD (\[.*\])$", dockerfile, re.MULTILINE)

    assert command is not None
    assert tuple(json.loads(command[1])) == processes.web(host="0.0.0.0", port=8000).command


def test_the_pretend_stripe_and_the_clock_stay_out_of_each_others_way() -> None:
    names = [process.name for process in (processes.sandbox(), *IN_A_CONTAINER)]

    assert len(set(names)) == len(names)
    assert "sandbox" not in COMPOSE["services"], "the pretend Stripe has no place in production"
