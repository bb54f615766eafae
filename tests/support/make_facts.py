"""Makes the package's facts from the schema of a real API server: `python -m tests.support.make_facts`.

For another Kubernetes version: record the four files of tests/reference/schema anew, change facts.VERSION, run this.
"""

import gzip
import json
import re

from k8slearn.apimachinery import facts
from tests.support.paths import REFERENCE

RECORDED = REFERENCE / "schema"


def recorded(name):
    return json.loads(gzip.decompress((RECORDED / f"{name}.json.gz").read_bytes()))


def full_name(name, package):
    """The OpenAPI name of a protobuf type; `package` is the one that refers to it."""
    if name.startswith(".k8s.io."):
        # A package's name may have a dash, which protobuf has as an underscore: apiextensions-apiserver.
        return "io.k8s." + name.removeprefix(".k8s.io.").replace("_", "-")
    return f"{package}.{name}" if name[0].isupper() else name


def fields_of(fields, package, properties):
    """{field: [number, type, label]}; the type of a map is that of its values, since all keys are strings."""
    found = {}
    for field, (number, kind, label) in fields.items():
        kind = kind.removeprefix("map<string, ").removesuffix(">")
        # The case of a few names differs from JSON: aPIGroup, Webhooks.
        field = properties.get(field.lower()) or marked(field, properties)
        found[field] = [number, full_name(kind, package), label]
    return found


def marked(field, properties):
    """A field of a JSON schema: `ref` is $ref, `xKubernetesListType` x-kubernetes-list-type."""
    words = re.sub("([A-Z])", r"-\1", field[1:]).lower()
    for name in (f"${field}", f"x{words}"):
        if name in properties.values():
            return name
    return field


def messages(schemas):
    """The messages by their OpenAPI names, without packages that OpenAPI lacks."""
    packages = {name.rpartition(".")[0] for name in schemas}
    found = {}
    for name, fields in recorded("protobuf_facts").items():
        name = full_name(f".{name}", "")
        package = name.rpartition(".")[0]
        if package in packages:
            known = schemas.get(name, {}).get("properties", ())
            properties = {each.lower(): each for each in known}
            found[name] = fields_of(fields, package, properties)
    return found


def make():
    """The facts as one value."""
    schemas = recorded("openapi_facts")
    return {
        **recorded("discovery"),
        "columns": recorded("table_columns"),
        "messages": messages(schemas),
        "schemas": schemas,
        "version": facts.VERSION,
    }


def main():
    text = json.dumps(make(), sort_keys=True, separators=(",", ":"))
    # Without a timestamp, so that the same facts make the same file.
    facts.path().write_bytes(gzip.compress(text.encode(), mtime=0))
    print(facts.path(), facts.path().stat().st_size, "bytes")


if __name__ == "__main__":
    main()
