"""Which form of an answer a client accepts.

Kubernetes: apiserver/pkg/endpoints/handlers/negotiation
"""

from __future__ import annotations

from dataclasses import dataclass

from k8slearn.apimachinery.errors import bad_request, not_acceptable
from k8slearn.http import reading
from k8slearn.http.types import JSON, Request

_ANY = ("application/json", "application/*", "*/*", "")
_FORMS = {
    "Table": reading.TABLE,
    "PartialObjectMetadata": reading.METADATA,
    "PartialObjectMetadataList": reading.METADATA,
}


@dataclass(frozen=True, slots=True)
class Shape(reading.Shape):
    """A shape and the media type it is announced with."""

    media_type: str = JSON


def accepted(request: Request) -> list[tuple[str, dict[str, str]]]:
    """The media types of the header Accept with their parameters, in the client's order."""
    found = []
    for part in request.headers.get("accept", "*/*").split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        pairs = (parameter.partition("=") for parameter in parameters)
        found.append(
            (media.lower(), {key.strip(): value.strip() for key, _, value in pairs})
        )
    return found


def shape_of(request: Request) -> Shape:
    """The first shape in the client's list that the server writes. Raises ApiError 406."""
    embedded = request.query.get("includeObject", "Metadata") or "Metadata"
    if embedded not in ("None", "Metadata", "Object"):
        raise bad_request(f'unrecognized includeObject value: "{embedded}"')
    for media, parameters in accepted(request):
        if media not in _ANY:
            continue
        wanted = parameters.get("as", "")
        if not wanted:
            return Shape()
        if (
            wanted in _FORMS
            and parameters.get("g") == "meta.k8s.io"
            and parameters.get("v") == "v1"
        ):
            return Shape(_FORMS[wanted], embedded)
    raise not_acceptable((JSON, "application/json;as=Table;v=v1;g=meta.k8s.io"))


def wants_aggregated(request: Request) -> bool:
    """Whether discovery is to come in one piece."""
    return any(
        media == JSON
        and parameters.get("as") == "APIGroupDiscoveryList"
        and parameters.get("v") == "v2"
        for media, parameters in accepted(request)
    )
