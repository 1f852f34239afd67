"""A mutation run over `lineage/engine`: mutmut makes the mutants, each is tried in a fork of a pytest that is ready.

mutmut's own loop starts pytest anew for every mutant, and collecting a thousand tests takes longer than most mutants
live. Here the tests are collected once. A first round notes which test reaches which function and how long it takes;
then every mutant gets a fork of its own, in which the tests that reach it run, the quickest first, until one fails.

Run it as a script from the root of the repository: `python tests/mutation/run.py`. What was found before is kept in
`mutants/` and belongs to a function as long as that function stays as it is; `--again` tries survivors once more, after
tests were added. `mutmut results`, `mutmut show NAME` and `mutmut browse` tell the rest.
"""

import argparse
import os
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Final

import pytest
from _pytest.runner import runtestprotocol
from mutmut.__main__ import create_mutants
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir, walk_mutatable_files
from mutmut.utils.format_utils import mangled_name_from_mutant_name

HERE: Final = Path.cwd()
TESTS: Final = "tests/lineage/engine"
#: No conftest and no Django: the engine needs neither. `quick_examples` says what is left out, and why.
PYTEST: Final = [
    "-q",
    "-p",
    "no:django",
    "-p",
    "no:cacheprovider",
    "--noconftest",
    "-p",
    "tests.mutation.quick_examples",
]
KILLED, SURVIVED, NO_TESTS, TIMEOUT = 1, 0, 33, 36
MEMORY: Final = 1_000_000_000
"""Bytes that a mutant may take beyond what is there already: some never stop growing."""


class Trial:
    """A pytest plugin that, in the place of running the tests, tries every mutant that has no result yet."""

    def __init__(self, *, again: bool, only: Sequence[str], every: int = 1) -> None:
        self.again, self.only, self.every = again, only, every
        self.tests: dict[str, set[pytest.Item]] = defaultdict(set)
        self.seconds: dict[pytest.Item, float] = {}
        self.kills: dict[str, Counter[pytest.Item]] = defaultdict(Counter)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.look_who_reaches_what(session.items)
        os.chdir(HERE)  # where mutmut keeps its results
        for path in walk_mutatable_files():
            found = SourceFileMutationData(path=path)
            found.load()
            self.try_file(found)
        return True

    def look_who_reaches_what(self, items: list[pytest.Item]) -> None:
        """One round without a mutant. It must pass, or every mutant would seem to be killed."""
        set_mutant_under_test("stats")
        for place, item in enumerate(items):
            state()._stats.clear()
            started = time.perf_counter()
            reports = runtestprotocol(item, nextitem=after(items, place), log=False)
            self.seconds[item] = time.perf_counter() - started
            if any(report.failed for report in reports):
                raise SystemExit(
                    f"{item.nodeid} fails without a mutant:\n{reports[-1].longrepr or reports[1].longrepr}"
                )
            for function in state()._stats:
                self.tests[function].add(item)
        set_mutant_under_test("")

    def try_file(self, found: SourceFileMutationData) -> None:
        waiting = [name for name, code in found.exit_code_by_key.items() if self.is_waiting(name, code)]
        waiting = waiting[:: self.every]
        for number, name in enumerate(waiting, start=1):
            started = time.perf_counter()
            found.exit_code_by_key[name] = self.try_mutant(name)
            found.durations_by_key[name] = time.perf_counter() - started
            if number % 50 == 0 or number == len(waiting):
                found.save()
        print(told(str(found.path), found), flush=True)

    def is_waiting(self, name: str, code: int | None) -> bool:
        wanted = not self.only or any(word in name for word in self.only)
        return wanted and (code in (None, NO_TESTS) or (self.again and code == SURVIVED))

    def try_mutant(self, name: str) -> int:
        """What came of it: of the tests, those go first that have noticed other mutants of the same function."""
        function = mangled_name_from_mutant_name(name)
        kills = self.kills[function]
        items = sorted(self.tests[function], key=lambda item: (-kills[item], self.seconds[item]))
        if not items:
            return NO_TESTS
        hears, tells = os.pipe()
        child = os.fork()
        if child == 0:
            os._exit(in_the_fork(name, [(item, self.seconds[item]) for item in items], tells))
        os.close(tells)
        _, status = os.waitpid(child, 0)
        with os.fdopen(hears) as stream:
            if place := stream.read():
                kills[items[int(place)]] += 1
        code = os.waitstatus_to_exitcode(status)
        return code if code in (KILLED, SURVIVED) else TIMEOUT


def in_the_fork(name: str, timed: list[tuple[pytest.Item, float]], tells: int) -> int:
    """Run the tests until one fails, and tell which. A test that takes far too long ends this process."""
    items = [item for item, _ in timed]
    most = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    os.chdir(HERE / "mutants")
    set_mutant_under_test(name)
    try:
        for place, (item, seconds) in enumerate(timed):
            end = int(time.process_time() + 4 + 5 * seconds)
            resource.setrlimit(resource.RLIMIT_CPU, (end, resource.RLIM_INFINITY))
            if any(report.failed for report in runtestprotocol(item, nextitem=after(items, place), log=False)):
                os.write(tells, str(place).encode())
                return KILLED
    except BaseException:
        return KILLED  # whatever a mutant breaks, even in pytest itself, it has been noticed
    return SURVIVED


def after(items: Sequence[pytest.Item], place: int) -> pytest.Item | None:
    return items[place + 1] if place + 1 < len(items) else None


def told(name: str, *found: SourceFileMutationData) -> str:
    """One line: name, mutants, killed, timeout, survived, no tests, and the share that was noticed."""
    counts = Counter(status_by_exit_code[code] for each in found for code in each.exit_code_by_key.values())
    all_of_them = counts.total()
    noticed = counts["killed"] + counts["timeout"]
    kinds = ("killed", "timeout", "survived", "no tests", "not checked")
    share = f"{noticed / all_of_them:6.1%}" if all_of_them else "     -"
    return f"{name:42} {all_of_them:5} mutants {share}  " + ", ".join(f"{counts[kind]} {kind}" for kind in kinds)


def all_results() -> Iterator[SourceFileMutationData]:
    for path in walk_mutatable_files():
        found = SourceFileMutationData(path=path)
        found.load()
        yield found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--again", action="store_true", help="try those once more that survived")
    parser.add_argument("--every", type=int, default=1, help="try only every so many of those that wait: a sample")
    parser.add_argument("only", nargs="*", help="try only mutants with one of these words in their name")
    options = parser.parse_args()
    Path("mutants").mkdir(exist_ok=True)
    with redirect_stdout(StringIO()):
        copy_src_dir()
        copy_also_copy_files()
        create_mutants(max_children=1)
    os.chdir("mutants")
    sys.path[:0] = [os.getcwd()]
    trial = Trial(again=options.again, only=options.only, every=options.every)
    code = pytest.main([*PYTEST, TESTS], plugins=[trial])
    os.chdir(HERE)
    print(told("in all", *all_results()))
    return 0 if code in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED) else 1


if __name__ == "__main__":
    sys.exit(main())
