"""Back-offs: 10 s doubled to 5 minutes, forgotten after 10 minutes."""

from k8slearn.kubelet.backoff import Backoff, duration


def test_each_try_doubles_the_wait_up_to_five_minutes():
    backoff, waits = Backoff(), []
    for number in range(7):
        backoff.next("key", 100.0 * number, 100.0 * number)
        waits.append(backoff.get("key"))
    assert waits == [10, 20, 40, 80, 160, 300, 300]


def test_the_wait_counts_from_what_happened():
    backoff = Backoff()
    backoff.next("key", 0.0, 1.0)
    assert backoff.is_in_backoff_since("key", 5.0, 14.9)
    assert not backoff.is_in_backoff_since("key", 5.0, 15.0)


def test_ten_minutes_after_the_last_try_it_begins_anew():
    backoff = Backoff()
    for _ in range(3):
        backoff.next("key", 0.0, 0.0)
    assert not backoff.is_in_backoff_since("key", 601.0, 601.0)
    backoff.next("key", 601.0, 601.0)
    assert backoff.get("key") == 10


def test_a_duration_is_written_as_go_does():
    assert [duration(s) for s in (10, 80, 300, 3600)] == [
        "10s",
        "1m20s",
        "5m0s",
        "1h0m0s",
    ]
