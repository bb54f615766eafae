"""The log and its copies are independent: writes and releases in one do not affect the other."""

from k8slearn.apimachinery.log import Change, Log

PLACE = ("Pod", "default", "p")


def write(log, revision, type="MODIFIED"):
    o = {"kind": "Pod", "metadata": {"name": "p", "resourceVersion": str(revision)}}
    log.append(Change(revision, float(revision), "user", type, o, None, PLACE))


def version(log, revision):
    found = log.find(PLACE, revision)
    return found and found["metadata"]["resourceVersion"]


def test_a_copy_and_its_original_go_their_own_ways():
    log = Log()
    write(log, 1, "ADDED")
    write(log, 2)
    twin = log.copy()
    write(twin, 3)
    assert (version(twin, 3), version(log, 3)) == ("3", "2")
    write(log, 3, "DELETED")
    write(log, 4, "ADDED")
    assert (version(twin, 9), version(log, 3), version(log, 9)) == ("3", None, "4")
    assert [change.revision for change in log.changes_of(PLACE)] == [1, 2, 3, 4]
    assert [change.revision for change in twin.changes_of(PLACE)] == [1, 2, 3]


def test_what_one_lets_go_of_the_other_still_has():
    log = Log()
    for revision in range(1, 5):
        write(log, revision)
    twin = log.copy()
    assert log.release(3) == [1, 2]
    assert version(log, 3) == "3" and version(log, 2) is None
    assert [version(twin, revision) for revision in (1, 2, 3, 4)] == list("1234")
    assert twin.release(4) == [1, 2, 3]
    assert version(log, 3) == "3" and version(twin, 4) == "4"
