"""What an explanation is made of."""

from __future__ import annotations

from dataclasses import dataclass

# Shape besides colour: the marks are read on a page without colours and by a screen reader too.
MARKS = {True: "✔", False: "✘", None: "·"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One reason; `holds` says whether it speaks for (True) or against (False), None for a plain remark."""

    text: str
    holds: bool | None = None

    def __str__(self) -> str:
        return f"{MARKS[self.holds]} {self.text}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer and the reasons for it; `about` is the Node, Pod or DaemonSet it is about."""

    about: str
    answer: str
    reasons: tuple[Sentence, ...]

    def __str__(self) -> str:
        title = f"{self.about}：{self.answer}"
        return "\n".join([title, *(f"  {reason}" for reason in self.reasons)])

    # A cell that ends in an explanation shows it as text, with line breaks.
    __repr__ = __str__
