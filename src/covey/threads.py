"""One thread for what must come out the same to the last bit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

from threadpoolctl import threadpool_limits

_one_at_a_time = RLock()


@contextmanager
def one_thread() -> Iterator[None]:
    """Let BLAS and OpenMP use one thread: sums then are added up in the same order.

    dbt runs several models at once, each in a thread of its own, but OpenBLAS counts its threads
    for the whole process, and threadpoolctl lets only the thread that came first set them. So who
    asks for one thread waits until the one before has left.
    """
    with _one_at_a_time, threadpool_limits(limits=1):
        yield
