"""Substitute for the installer of JupyterLite's kernel: it installs nothing.

The kernel expects these names and signatures; on a site this file is `piplite.piplite` and `piplite.cli`.
"""

from __future__ import annotations

from typing import NoReturn

from k8slearn.locale import lite as words

# The kernel sets these.
_PIPLITE_DISABLE_PYPI = True
_PIPLITE_URLS: list[str] = []


async def get_transformed_code(_: list[str]) -> str:
    """The Python code for a line `%pip …`: it prints that nothing can be installed."""
    return f"print({words.NO_INSTALL!r})"


async def install(*_: object, **__: object) -> NoReturn:
    """Refuse to install; raises with the same sentence."""
    raise OSError(words.NO_INSTALL)
