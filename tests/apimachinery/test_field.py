"""Validation results of valid values are cached."""

from k8slearn.apimachinery.field import SOUND_KEPT, invalid, once


def test_what_was_sound_is_not_looked_at_again_and_what_is_wrong_always_is():
    looked = []

    def check(value, path):
        looked.append(value)
        if "wrong" in value:
            yield invalid(path, value, "wrong")

    remembered = once(check)
    sound, wrong = {"a": "b"}, {"wrong": "b"}
    for _ in range(2):
        assert list(remembered(sound, "labels")) == []
        assert len(list(remembered(wrong, "labels"))) == 1
    assert looked == [sound, wrong, wrong]
    # The cache is by identity, and drops its oldest entries.
    for _ in range(SOUND_KEPT + 1):
        assert list(remembered({"a": "b"}, "labels")) == []
    assert len(looked) == 3 + SOUND_KEPT + 1
    assert list(remembered(sound, "labels")) == []
    assert len(looked) == 3 + SOUND_KEPT + 2
