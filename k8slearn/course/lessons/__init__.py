"""The lessons' exercises and questions. A lesson has two files of one name: `lesson_05_placement.py` with the start and
the check of each exercise, and `lesson_05_placement.yaml` with questions, tasks, hints, messages and wrong answers.

`notebooks/99_for_teachers.ipynb` adds an exercise step by step; `bank_schema` is the schema of the YAML.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from k8slearn.course.checking import RULES, ExerciseRule


@cache
def rules() -> dict[str, ExerciseRule]:
    """The rule of each exercise, by its key."""
    # Importing a lesson's module registers its rules: a new lesson is a new file and no line elsewhere.
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return RULES
