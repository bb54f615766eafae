"""The cache of worded writes is limited."""

from __future__ import annotations

from k8slearn import Lab
from k8slearn.lab import event_feed
from tests.support.lab_panel import find


def test_what_was_worded_is_not_kept_for_ever(cluster, monkeypatch):
    monkeypatch.setattr(event_feed, "MOST_TOLD", 5)
    lab = Lab(cluster, scale=1)
    told = find(lab, "events").value
    for number in (0, 9, len(cluster.actions)):
        lab.go_to(number)
        lab.refresh()
    assert len(lab._models.feed._told) <= 5
    assert find(lab, "events").value == told
    lab.close()


def test_the_lines_are_no_stop_of_the_tab_key_beside_their_card(cluster):
    lab = Lab(cluster, scale=1)
    assert "tabindex" not in find(lab, "events").value
    lab.close()
