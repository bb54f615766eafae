"""A pytest plugin that saves two seconds per process: nbval imports jsonschema, which would compile grammars."""

from k8slearn.launch.jupyter import skip_iri_grammars

skip_iri_grammars()
