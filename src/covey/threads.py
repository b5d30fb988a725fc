"""One thread for what must come out the same to the last bit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from threadpoolctl import threadpool_limits

_lock = Lock()
_users = 0
_blas: threadpool_limits | None = None


@contextmanager
def one_thread() -> Iterator[None]:
    """Let BLAS and OpenMP use one thread: sums then are added up in the same order.

    dbt runs several models at once, each in a thread of its own. OpenMP counts its threads for each
    of them, BLAS for all together, so BLAS has one until the last who asked for it has left: where
    each set it back by itself, the first to leave would give the others their threads again.
    """
    global _users, _blas
    with _lock:
        if not _users:
            _blas = threadpool_limits(limits=1, user_api="blas")
        _users += 1
    try:
        with threadpool_limits(limits=1, user_api="openmp"):
            yield
    finally:
        with _lock:
            _users -= 1
            if not _users and _blas is not None:
                _blas.restore_original_limits()
