"""One lesson is two files of one name: `lesson_05_placement.py`, from which cluster each exercise begins and what its
end must be like, and `lesson_05_placement.yaml`, what is said: questions, tasks, hints, refusals, known-wrong answers.

`notebooks/99_for_teachers.ipynb` adds an exercise step by step; `bank_schema` says what may stand in the YAML.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from k8slearn.course.checking import RULES, ExerciseRule


@cache
def rules() -> dict[str, ExerciseRule]:
    """The rule of each exercise, by its key."""
    # Importing a lesson's module declares its rules: a new lesson is a new file and no line elsewhere.
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return RULES
