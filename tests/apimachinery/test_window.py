"""A list whose oldest entries can be dropped; the others keep their indexes."""

import pytest

from k8slearn.apimachinery.window import Released, Window, first_of


def test_before_anything_is_let_go_it_is_a_list():
    window, plain = Window(range(5)), list(range(5))
    assert list(window) == plain and window[1:4:2] == plain[1:4:2]
    assert window[-1] == 4 and list(reversed(window)) == plain[::-1]
    assert window[:] == plain and window[3:1] == [] and window[-2:] == [3, 4]
    assert window == plain == window
    with pytest.raises(IndexError):
        window[5]


def test_what_stays_keeps_its_place():
    window = Window(range(10))
    window.release(6)
    window.release(2)
    window.append(10)
    assert (len(window), window.first, first_of(window)) == (11, 6, 6)
    assert window[6] == 6 and window[-1] == 10 and list(window) == [6, 7, 8, 9, 10]
    assert window[4:8] == [6, 7] and window[2:4] == [] and window[8:] == [8, 9, 10]
    assert window.tail(6) == list(window) and window.tail(11) == []
    with pytest.raises(Released):
        window[5]
    with pytest.raises(Released):
        window.tail(5)


def test_a_copy_goes_its_own_way():
    window = Window(range(4))
    window.release(2)
    twin = window.copy()
    window.append(4)
    twin.release(3)
    assert list(twin) == [3] and list(window) == [2, 3, 4]
    assert twin != window != [2, 3, 4]


def test_many_entries_are_counted_and_not_printed():
    window = Window(range(2000))
    window.release(100)
    assert len(repr(window)) < 60
    assert "1900" in repr(window) and "100" in repr(window)
