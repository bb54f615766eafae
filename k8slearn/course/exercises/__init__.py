"""The clusters that the exercises begin with, and their checks: one module a lesson; the words are in the bank."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from k8slearn.course.checking import RULES, Rule


@cache
def rules() -> dict[str, Rule]:
    """The rule of each exercise, by its key."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return RULES
