"""Passing a change on: only to what descends from it, parents first, and no further than it changes anything."""

from typing import Final, NamedTuple

from lineage.engine.arrays import Ints, inner
from lineage.engine.catalogue_graph import Models, Rows
from lineage.engine.catalogue_kernels import Inherited, settle, settle_cycle, start_over, state_of
from lineage.engine.catalogue_offers import OfferColumns

BLOCK: Final = 1024
"""Models of which it is known together how many wait, so that the next is found without asking each."""


class Children(NamedTuple):
    """The children of model m stand at the places `first[m]` to `last[m]`; one twice if it claims m twice."""

    first: Ints
    last: Ints
    child: Ints


class Waiting(NamedTuple):
    """Who waits to be judged anew: a flag for each model, how many in each block, and what to stop at."""

    flags: Ints
    blocks: Ints


class Facts(NamedTuple):
    """What a pass reads. `begins` and `ends`: where the cycle of a model begins, and where the one begun there ends."""

    rows: Rows
    models: Models
    offers: OfferColumns
    begins: Ints
    ends: Ints
    children: Children


class Answers(NamedTuple):
    """What a pass writes. `unknown` is the word and flag of the unknown licence; `spare` and `before` are scratch."""

    inherited: Inherited
    states: Ints
    unknown: tuple[int, int]
    spare: Inherited
    before: Inherited


@inner
def wait(model: int, waiting: Waiting) -> None:
    if not waiting.flags[model]:
        waiting.flags[model] = 1
        waiting.blocks[model // BLOCK] += 1


@inner
def wait_no_more(model: int, waiting: Waiting) -> None:
    if waiting.flags[model]:
        waiting.flags[model] = 0
        waiting.blocks[model // BLOCK] -= 1


@inner
def copy_row(row: int, width: int, column: Ints, place: int, out: Ints) -> None:
    for cell in range(width):
        out[place * width + cell] = column[row * width + cell]


@inner
def is_same(row: int, width: int, column: Ints, place: int, other: Ints) -> bool:
    same = True
    for cell in range(width):
        same = same and column[row * width + cell] == other[place * width + cell]
    return same


@inner
def judge_again(model: int, facts: Facts, answers: Answers) -> bool:
    """Make the row and state of one model outside cycles anew; says whether the row is another one."""
    words, classes, _, _ = facts.offers.shape
    inherited, before = answers.inherited, answers.before
    copy_row(model, words, inherited.flags, 0, before.flags)
    copy_row(model, words, inherited.sure_flags, 0, before.sure_flags)
    copy_row(model, classes, inherited.origins, 0, before.origins)
    copy_row(model, classes, inherited.sure_origins, 0, before.sure_origins)
    start_over(model, facts.models, inherited, facts.offers)
    settle(model, 0, 0, facts.rows, facts.models, facts.offers, inherited)
    answers.states[model] = state_of(model, answers.unknown, facts.models, facts.offers, inherited)
    return not (
        is_same(model, words, inherited.flags, 0, before.flags)
        and is_same(model, words, inherited.sure_flags, 0, before.sure_flags)
        and is_same(model, classes, inherited.origins, 0, before.origins)
        and is_same(model, classes, inherited.sure_origins, 0, before.sure_origins)
    )


@inner
def judge_cycle_again(begin: int, facts: Facts, answers: Answers) -> None:
    """The same for all members of a cycle; whether something is new is not asked."""
    end = facts.ends[begin]
    settle_cycle(begin, end, facts.rows, facts.models, facts.offers, answers.inherited, answers.spare)
    for member in range(begin, end):
        answers.states[member] = state_of(member, answers.unknown, facts.models, facts.offers, answers.inherited)


@inner
def judge_and_pass_on(begin: int, end: int, waiting: Waiting, facts: Facts, answers: Answers) -> None:
    """Judge a model, or all members of a cycle, anew; if something is new the children wait."""
    news = True
    if end - begin > 1:
        judge_cycle_again(begin, facts, answers)
    else:
        news = judge_again(begin, facts, answers)
    for member in range(begin, end):
        wait_no_more(member, waiting)
        if news:
            for each in range(facts.children.first[member], facts.children.last[member]):
                if not begin <= facts.children.child[each] < end:
                    wait(facts.children.child[each], waiting)


def pass_on(waiting: Waiting, most: int, facts: Facts, answers: Answers, touched: Ints) -> int:
    """Judge all anew that wait, and their children where something is new; `touched` is who, in order.

    Says how many that were; -1 if more than `most` (then some still wait).
    """
    count = 0
    for block in range(len(waiting.blocks)):
        if not waiting.blocks[block]:
            continue
        for model in range(block * BLOCK, min((block + 1) * BLOCK, len(waiting.flags))):
            if waiting.flags[model]:
                begin = facts.begins[model]
                end = max(model + 1, facts.ends[begin])
                if count + end - begin > most:
                    return -1
                judge_and_pass_on(begin, end, waiting, facts, answers)
                for member in range(begin, end):
                    touched[count] = member
                    count += 1
    return count


def judge_some(models: Ints, facts: Facts, answers: Answers) -> None:
    """Judge some models anew, in rising order; of a cycle all, if one is among them."""
    done = 0
    for model in models:
        begin = facts.begins[model]
        if facts.ends[begin] > 0:
            if begin >= done:
                judge_cycle_again(begin, facts, answers)
                done = facts.ends[begin]
        else:
            judge_again(model, facts, answers)


def cut_off(model: int, nothing: int, rows: Rows, children: Children) -> None:
    """Nothing is taken from a model any more: `nothing` is the offer that says so."""
    for each in range(children.first[model], children.last[model]):
        child = children.child[each]
        for place in range(rows.first[child], rows.last[child]):
            if rows.parent[place] == model:
                rows.offer[place] = nothing
