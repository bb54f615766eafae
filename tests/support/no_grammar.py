"""A pytest plugin that spares each process of a run two seconds: nbval imports jsonschema, and that its grammars."""

from k8slearn.launch.jupyter import skip_iri_grammars

skip_iri_grammars()
