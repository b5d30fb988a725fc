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


def test_each_of_several_threads_has_one_while_it_is_inside() -> None:
    before = blas_threads()
    seen: list[set[int]] = []

    def fit(waiting: Event) -> None:
        waiting.set()
        with one_thread():
            seen.append(blas_threads())

    for _ in range(2):  # a thread that has been inside before keeps nobody else out of it
        others = []
        with one_thread():
            for _ in range(3):
                waiting = Event()
                others.append(Thread(target=fit, args=(waiting,)))
                others[-1].start()
                assert waiting.wait(timeout=30)
            with one_thread():
                seen.append(blas_threads())
            seen.append(blas_threads())
        for other in others:
            other.join(timeout=30)
    assert seen == [{1}] * 10
    assert blas_threads() == before


def test_an_error_sets_threads_back() -> None:
    before = blas_threads()
    with pytest.raises(ValueError, match="inside"), one_thread():
        raise ValueError("inside")
    assert blas_threads() == before
