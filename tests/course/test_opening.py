"""The first picture of the course is animated, and shows what the first lesson says."""

from itertools import pairwise

from PIL import Image

from k8slearn.view.scene import Phase
from tests.support.make_opening import MACHINES, PATH, story
from tests.support.store_outputs import course_notebook

LARGEST = 150_000


def test_three_of_thirty_fail_and_everything_else_stays() -> None:
    pods = [pod for card in story()[-1].cards for pod in card.pods]
    assert len(pods) == MACHINES
    assert sum(pod.phase is Phase.READY for pod in pods) == MACHINES - 3


def test_the_stored_picture_moves_and_is_small() -> None:
    with Image.open(PATH) as picture:
        assert picture.n_frames == len(story())
        frames = []
        for number in range(picture.n_frames):
            picture.seek(number)
            frames.append(picture.convert("RGB").tobytes())
    assert all(first != second for first, second in pairwise(frames))
    assert PATH.stat().st_size < LARGEST


def test_the_first_lesson_begins_with_it() -> None:
    first = course_notebook("00_start").cells[0].source
    assert "](assets/opening.png)" in first
    assert "30 台机器" in first
    assert "谁踩的刹车" in first
