from __future__ import annotations

from threading import Event, Thread

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController

from covey.threads import one_thread


def blas_threads() -> set[int]:
    np.ones((2, 2)) @ np.ones((2, 2))
    found = ThreadpoolController().select(user_api="blas").info()
    return {library["num_threads"] for library in found}


def test_who_leaves_first_gives_nobody_threads_again() -> None:
    before = blas_threads()
    entered, left = Event(), Event()

    def other() -> None:
        with one_thread():
            entered.set()
            left.wait(timeout=30)

    thread = Thread(target=other)
    thread.start()
    assert entered.wait(timeout=30)
    with one_thread():
        left.set()
        thread.join()
        assert blas_threads() == {1}
    assert blas_threads() == before


def test_an_error_sets_threads_back() -> None:
    before = blas_threads()
    with pytest.raises(ValueError, match="inside"), one_thread():
        raise ValueError("inside")
    assert blas_threads() == before
