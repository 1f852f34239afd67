"""What .ci/run does when tests fail: it is run with a `make` that only notes what it is asked for."""

import json
import os
import subprocess
from pathlib import Path

import pytest

CI_RUN = Path(__file__).resolve().parents[2] / ".ci" / "run"
A_BROWSER, A_DEMO = "tests/browser/test_updates.py::test_a_slider[en]", "tests/house/test_demo.py::test_it_starts"
MONEY, A_FILE = "tests/campaigns/test_give.py::test_a_coin", "tests/browser/test_updates.py"
ALL, AGAIN, LINT = "test", "test ARGS=--last-failed --last-failed-no-failures=none", "lint"
TESTS_FAILED, BROKE = 1, 3

MAKE = """#!/bin/bash
echo "$*" >> asked
[ "$1" = lint ] && exit
if [ $# -gt 1 ]; then
    [ "$AGAIN_ENDS" != 0 ] || [ -n "$NEVER_RAN" ] || echo "{}" > .pytest_cache/v/cache/lastfailed
    echo "$AGAIN_SAYS"
    exit "$AGAIN_ENDS"
fi
if [ -n "$FAILED" ]; then mkdir -p .pytest_cache/v/cache; echo "$FAILED" > .pytest_cache/v/cache/lastfailed; fi
echo "$SAYS"
if [ "$PYTEST_ENDS" != 0 ]; then echo "make: *** [Makefile:30: test] Error $PYTEST_ENDS" >&2; exit 2; fi
"""


def ci_run(
    here: Path,
    *,
    failed: list[str],
    pytest_ends: int = TESTS_FAILED,
    again_ends: int = 0,
    more: dict[str, str] | None = None,
) -> tuple[int, list[str]]:
    """How it ended, and what it asked `make` for. A browser and a Japanese font are said to be there. `more` is for the
    pretended `make`: SAYS and AGAIN_SAYS are what pytest prints, NEVER_RAN leaves what failed as it was."""
    tools = here / "tools"
    for name, text in (("make", MAKE), ("fc-list", "#!/bin/sh\necho a font\n")):
        tools.mkdir(exist_ok=True)
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    (here / ".ci").mkdir(exist_ok=True)
    (here / ".ci" / "run").write_text(CI_RUN.read_text())
    ended = subprocess.run(
        ["/bin/bash", str(here / ".ci" / "run")],
        check=False,
        capture_output=True,
        env={
            "PATH": f"{tools}:{os.environ['PATH']}",
            "CHROMIUM": "somewhere",
            "FAILED": json.dumps(dict.fromkeys(failed, True), indent=2) if failed else "",
            "PYTEST_ENDS": str(pytest_ends),
            "AGAIN_ENDS": str(again_ends),
            **dict.fromkeys(("SAYS", "AGAIN_SAYS", "NEVER_RAN"), ""),
            **(more or {}),
        },
    )
    return ended.returncode, (here / "asked").read_text().splitlines()


def test_what_passes_is_run_once(tmp_path: Path) -> None:
    assert ci_run(tmp_path, failed=[], pytest_ends=0) == (0, [ALL, LINT])


@pytest.mark.parametrize("failed", [[A_BROWSER], [A_DEMO], [A_BROWSER, A_DEMO]], ids=["browser", "demo", "both"])
def test_a_few_tests_with_a_browser_or_a_demo_run_once_more(tmp_path: Path, failed: list[str]) -> None:
    assert ci_run(tmp_path, failed=failed) == (0, [ALL, AGAIN, LINT])


def test_what_fails_twice_has_failed(tmp_path: Path) -> None:
    ended, asked = ci_run(tmp_path, failed=[A_BROWSER], again_ends=2)

    assert ended != 0
    assert asked == [ALL, AGAIN]


@pytest.mark.parametrize(
    "failed",
    [[MONEY], [A_BROWSER, MONEY], [A_FILE], [f"{A_BROWSER}-{number}" for number in range(4)], []],
    ids=["money", "money and a browser", "a file that cannot be read", "many", "nobody knows what"],
)
def test_nothing_else_has_a_second_try(tmp_path: Path, failed: list[str]) -> None:
    ended, asked = ci_run(tmp_path, failed=failed)

    assert ended != 0
    assert asked == [ALL]


def test_a_run_that_broke_has_none_either(tmp_path: Path) -> None:
    ended, asked = ci_run(tmp_path, failed=[A_BROWSER], pytest_ends=BROKE)

    assert ended != 0
    assert asked == [ALL]


def test_nor_has_one_in_which_a_process_died(tmp_path: Path) -> None:
    ended, asked = ci_run(
        tmp_path, failed=[A_BROWSER], more={"SAYS": f"worker 'gw1' crashed while running '{A_BROWSER}'"}
    )

    assert ended != 0
    assert asked == [ALL]


@pytest.mark.parametrize(
    "again", [{"NEVER_RAN": "1"}, {"AGAIN_SAYS": "=== 1 passed, 1 skipped in 3.21s ==="}], ids=["not found", "skipped"]
)
def test_what_did_not_run_again_has_not_passed(tmp_path: Path, again: dict[str, str]) -> None:
    ended, asked = ci_run(tmp_path, failed=[A_BROWSER, A_DEMO], more=again)

    assert ended != 0
    assert asked == [ALL, AGAIN]


def test_what_failed_in_an_earlier_run_does_not_count(tmp_path: Path) -> None:
    ci_run(tmp_path, failed=[A_BROWSER])
    (tmp_path / "asked").unlink()

    ended, asked = ci_run(tmp_path, failed=[])

    assert ended != 0
    assert asked == [ALL]
