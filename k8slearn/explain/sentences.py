"""What an explanation is made of."""

from __future__ import annotations

from dataclasses import dataclass

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
        return "\n".join(
            [
                f"{self.about}：{self.answer}",
                *(f"  {reason}" for reason in self.reasons),
            ]
        )

    __repr__ = __str__
