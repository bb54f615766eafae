"""Stands where JupyterLite's kernel looks for its installer: nothing is fetched from elsewhere.

Names and signatures are the kernel's; on a site this file is `piplite.piplite` and `piplite.cli`.
"""

from __future__ import annotations

from typing import NoReturn

from k8slearn.locale import lite as words

# Which the kernel sets.
_PIPLITE_DISABLE_PYPI = True
_PIPLITE_URLS: list[str] = []


async def get_transformed_code(_: list[str]) -> str:
    """What a line `%pip …` becomes."""
    return f"print({words.NO_INSTALL!r})"


async def install(*_: object, **__: object) -> NoReturn:
    """Whoever asks in Python is told as well."""
    raise OSError(words.NO_INSTALL)
