"""Which form of an answer a client accepts. Kubernetes: apiserver/pkg/endpoints/handlers/negotiation"""

from __future__ import annotations

from dataclasses import dataclass

from k8slearn.apimachinery.errors import bad_request, not_acceptable
from k8slearn.http.types import JSON

TABLE = "Table"
METADATA = "PartialObjectMetadata"
PLAIN = ""
_ANY = ("application/json", "application/*", "*/*", "")
_FORMS = {
    "Table": TABLE,
    "PartialObjectMetadata": METADATA,
    "PartialObjectMetadataList": METADATA,
}
_METADATA = ("PartialObjectMetadata", "PartialObjectMetadataList")
PROTOBUF = "application/vnd.kubernetes.protobuf"
_VERSIONS = ("v1", "v1beta1")
_WRITTEN = (JSON, PROTOBUF, "application/json;as=Table;v=v1;g=meta.k8s.io")


@dataclass(frozen=True, slots=True)
class AnswerShape:
    """How objects are written: as they are, as a Table with their `embedded` part, or only their metadata."""

    form: str = PLAIN
    embedded: str = "Metadata"
    version: str = "v1"
    protobuf: bool = False
    """Whether it is to be written as protobuf."""
    kind: str = ""
    """What was asked for by name: the metadata of one object are another kind than those of a list."""


@dataclass(frozen=True, slots=True)
class MediaType:
    """One entry of an Accept header: a type and its parameters."""

    name: str
    parameters: dict[str, str]


def media_types(accept: str) -> list[MediaType]:
    """The entries of an Accept header, in the client's order."""
    entries = []
    for part in accept.split(","):
        name, *rest = part.split(";")
        parameters = {}
        for each in rest:
            key, _, value = each.partition("=")
            parameters[key.strip()] = value.strip()
        entries.append(MediaType(name.strip().lower(), parameters))
    return entries


def shape_of(accept: str, include_object: str, *, tables: bool) -> AnswerShape:
    """The first shape in the client's list that the server writes, and Tables only where there are any.

    Raises ApiError 400, 406.
    """
    # Looked at whatever the shape, as the real server decodes it with the other parameters.
    embedded = include_object or "Metadata"
    if embedded not in ("None", "Metadata", "Object"):
        raise bad_request(f'unrecognized includeObject value: "{embedded}"')
    entries = media_types(accept)
    takes_json = any(media.name in _ANY for media in entries)
    for media in entries:
        form = media.parameters.get("as", "")
        # Deviation: who would take JSON as well gets that, which is quicker here. Of mere metadata the two forms
        # differ, and there the client's order counts.
        protobuf = media.name == PROTOBUF and (not takes_json or form in _METADATA)
        if media.name not in _ANY and not protobuf:
            continue
        # The client's order counts: kubectl names a Table first and plain JSON for a server that has none.
        if not form:
            return AnswerShape(protobuf=protobuf)
        version = media.parameters.get("v", "")
        known = media.parameters.get("g") == "meta.k8s.io" and version in _VERSIONS
        offered = form in _FORMS and (form != TABLE or (tables and not protobuf))
        if offered and known:
            return AnswerShape(
                form=_FORMS[form],
                embedded=embedded,
                version=version,
                protobuf=protobuf,
                kind=form,
            )
    raise not_acceptable(_WRITTEN)


def wants_aggregated(accept: str) -> bool:
    """Whether discovery is to come in one piece."""
    for media in media_types(accept):
        form = media.parameters.get("as"), media.parameters.get("v")
        if media.name == JSON and form == ("APIGroupDiscoveryList", "v2"):
            return True
    return False


def wants_only_protobuf(accept: str) -> bool:
    """Whether a client takes protobuf and no JSON, in which it cannot read a refusal either."""
    names = [media.name for media in media_types(accept)]
    return PROTOBUF in names and not any(name in _ANY for name in names)
