"""The options of a write, in its query: how it is tried, who signs, what becomes of unknown fields.

Kubernetes: apimachinery/pkg/apis/meta/v1/validation, ValidateCreateOptions, ValidateUpdateOptions, ValidatePatchOptions
"""

from __future__ import annotations

from dataclasses import dataclass

from k8slearn.apimachinery import field
from k8slearn.apimachinery.errors import ApiError, Cause, invalid
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
        cause = field.not_supported("fieldValidation", validation, _VALIDATIONS)
        raise refused(options, cause)
    return WriteOptions(
        dry_run=dry_run,
        field_validation=validation or "Warn",
        manager=manager,
        force=query.flag("force"),
    )


def require_manager(query: Query) -> None:
    """An apply has to name its manager. Raises ApiError 422. Kubernetes: ValidatePatchOptions"""
    if not query.text("fieldManager"):
        cause = field.required("fieldManager", "is required for apply patch")
        raise refused("PatchOptions", cause)


def refuse_force(query: Query) -> None:
    """Only an apply can be forced. Raises ApiError 422. Kubernetes: ValidatePatchOptions"""
    if query.text("force"):
        cause = field.forbidden("force", "may not be specified for non-apply patch")
        raise refused("PatchOptions", cause)


def manager_of(query: Query, agent: str, options: str) -> str:
    """Who signs: the parameter fieldManager, else the client's name. Raises ApiError 422."""
    given = query.text("fieldManager")
    if len(given.encode()) > MAX_MANAGER:
        raise refused(options, field.too_long("fieldManager", MAX_MANAGER))
    if not given.isprintable():
        place, letter = next(p for p in enumerate(given) if not p[1].isprintable())
        # Go counts bytes.
        at = len(given[:place].encode())
        which = f"invalid character U+{ord(letter):04X} (at position {at})"
        raise refused(options, field.invalid("fieldManager", given, which))
    return given or agent[:MAX_MANAGER] or "unknown"


def is_dry_run(query: Query, options: str) -> bool:
    """Whether nothing is to be stored. Raises ApiError 422. Kubernetes: ValidateDryRun"""
    value = query.text("dryRun")
    if value not in ("", _DRY):
        # A list in Go: the parameter may be given several times.
        raise refused(options, field.not_supported("dryRun", [value], (_DRY,)))
    return value == _DRY


def refused(options: str, cause: Cause) -> ApiError:
    """422: options of this kind that cannot be."""
    return invalid(f"{options}.meta.k8s.io", "", [cause])
