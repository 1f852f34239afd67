"""Several works at one moment, each in a thread and with a database connection of its own, and what each came to.

`at_once` is for works of which none may go wrong, `raised_at_once` for those of which some are refused.
"""

from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connections

PATIENCE = 240.0  # Seconds, for whoever has to wait in a queue of fifty on a slow machine.
TO_COME_TOGETHER = 120.0


def ends_at_once[T](*works: Callable[[], T]) -> list[T | Exception]:
    """In the order of the works: what each answered, or the error that it ended with.

    Fails when they were not let go together, and when one of them does not come to an end.
    """
    barrier, ends = Barrier(len(works)), dict[int, T | Exception]()

    def run(place: int, work: Callable[[], T]) -> None:
        try:
            barrier.wait(timeout=TO_COME_TOGETHER)
            ends[place] = work()
        except Exception as error:
            ends[place] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=each, daemon=True) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE)
    assert not barrier.broken, "they were not let go at one moment"
    assert not any(thread.is_alive() for thread in threads), "what was begun at once never ended"
    return [ends[place] for place in range(len(works))]


def raised_at_once(*works: Callable[[], object], besides: tuple[type[Exception], ...] = ()) -> list[Exception]:
    """The errors that works ended with, in the works' order, without those that are expected (`besides`)."""
    errors = [end for end in ends_at_once(*works) if isinstance(end, Exception)]
    return [error for error in errors if not isinstance(error, besides)]


def at_once[T](*works: Callable[[], T]) -> list[T]:
    """What each answered, in the works' order. Raises all that any of them raised, as one group."""
    ends = ends_at_once(*works)
    raised = [end for end in ends if isinstance(end, Exception)]
    if raised:
        raise ExceptionGroup(f"{len(raised)} of {len(works)} went wrong", raised)
    return [end for end in ends if not isinstance(end, Exception)]


def elsewhere[T](work: Callable[[], T]) -> T:
    """Somebody else does it, on a connection of their own, while whoever calls waits; what it answered."""
    (answer,) = at_once(work)
    return answer
