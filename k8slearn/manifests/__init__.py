"""The manifests of the lessons, one YAML file each, in this folder."""

from importlib.resources import files

from k8slearn.locale import course as words
from k8slearn.mistakes import UnknownNameError

_FOLDER = files(__name__)


def manifest_names() -> list[str]:
    """The names `manifest` knows, sorted."""
    return sorted(
        f.name.removesuffix(".yaml")
        for f in _FOLDER.iterdir()
        if f.name.endswith(".yaml")
    )


def manifest(name: str) -> str:
    """The YAML text of one manifest; KeyError that lists the names if there is none such."""
    if name not in manifest_names():
        known = words.SEPARATOR.join(manifest_names())
        raise UnknownNameError(words.MANIFEST_UNKNOWN.format(name=name, known=known))
    return (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
