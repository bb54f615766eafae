"""The options of a write, in its query: how it is tried, who signs, what becomes of unknown fields.

Kubernetes: apimachinery/pkg/apis/meta/v1/validation, ValidateCreateOptions, ValidateUpdateOptions, ValidatePatchOptions
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from k8slearn.apimachinery.errors import ApiError, Cause, invalid
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.http.query import Query

MAX_MANAGER = 128
"""Bytes of a manager's name. Kubernetes: FieldManagerMaxLength"""
_DRY = "All"
_VALIDATIONS = ("", "Ignore", "Strict", "Warn")


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """How to create, update or patch. `manager` signs; `force` is for apply.

    `field_validation` is Ignore, Warn or Strict: what becomes of fields that the kind does not have.
    """

    dry_run: bool = False
    field_validation: str = "Warn"
    manager: str = "unknown"
    force: bool = False


def write_options(query: Query, agent: str, options: str) -> WriteOptions:
    """The options of a write, of a kind such as CreateOptions; `agent` is the client's name. Raises ApiError 422."""
    manager = manager_of(query, agent, options)
    dry_run = is_dry_run(query, options)
    validation = query.text("fieldValidation")
    if validation not in _VALIDATIONS:
        raise _not_supported(options, "fieldValidation", validation, _VALIDATIONS)
    return WriteOptions(
        dry_run=dry_run,
        field_validation=validation or "Warn",
        manager=manager,
        force=query.flag("force"),
    )


def require_manager(query: Query) -> None:
    """An apply has to name its manager. Raises ApiError 422. Kubernetes: ValidatePatchOptions"""
    if not query.text("fieldManager"):
        why = "Required value: is required for apply patch"
        cause = Cause("fieldManager", "FieldValueRequired", why)
        raise refused("PatchOptions", cause)


def refuse_force(query: Query) -> None:
    """Only an apply can be forced. Raises ApiError 422. Kubernetes: ValidatePatchOptions"""
    if query.text("force"):
        why = "Forbidden: may not be specified for non-apply patch"
        cause = Cause("force", "FieldValueForbidden", why)
        raise refused("PatchOptions", cause)


def manager_of(query: Query, agent: str, options: str) -> str:
    """Who signs: the parameter fieldManager, else the client's name. Raises ApiError 422."""
    given = query.text("fieldManager")
    if len(given.encode()) > MAX_MANAGER:
        why = f"Too long: may not be more than {MAX_MANAGER} bytes"
        raise refused(options, Cause("fieldManager", "FieldValueTooLong", why))
    if not given.isprintable():
        place, letter = next(p for p in enumerate(given) if not p[1].isprintable())
        # Go counts bytes.
        at = len(given[:place].encode())
        which = f"invalid character U+{ord(letter):04X} (at position {at})"
        why = f"Invalid value: {go_quote(given)}: {which}"
        raise refused(options, Cause("fieldManager", "FieldValueInvalid", why))
    return given or agent[:MAX_MANAGER] or "unknown"


def is_dry_run(query: Query, options: str) -> bool:
    """Whether nothing is to be stored. Raises ApiError 422. Kubernetes: ValidateDryRun"""
    value = query.text("dryRun")
    if value not in ("", _DRY):
        # A list in Go: the parameter may be given several times.
        raise _not_supported(options, "dryRun", [value], (_DRY,))
    return value == _DRY


def _not_supported(
    options: str, name: str, value: object, allowed: tuple[str, ...]
) -> ApiError:
    supported = ", ".join(f'"{each}"' for each in allowed)
    why = f"Unsupported value: {json.dumps(value)}: supported values: {supported}"
    return refused(options, Cause(name, "FieldValueNotSupported", why))


def refused(options: str, cause: Cause) -> ApiError:
    """422: options of this kind that cannot be."""
    return invalid(f"{options}.meta.k8s.io", "", [cause])
