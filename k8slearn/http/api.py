"""The Kubernetes API over a control plane, as a function from request to answer; who speaks HTTP is not its concern."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from k8slearn.apimachinery.empty_values import told_as_sent
from k8slearn.apimachinery.errors import ApiError, bad_request, internal_error
from k8slearn.containers.log import NoLog, PodLog
from k8slearn.containers.told import told
from k8slearn.controlplane import ControlPlane
from k8slearn.http import scale, subresources
from k8slearn.http.authorization import authorize, authorize_path, user_of
from k8slearn.http.default_roles import settle
from k8slearn.http.documents import about_server
from k8slearn.http.encoded import Encoded
from k8slearn.http.escalation import is_asked, refuse_escalation
from k8slearn.http.exec import Session, attach, execute
from k8slearn.http.kinds import Offer, offered
from k8slearn.http.negotiation import PROTOBUF, wants_only_protobuf
from k8slearn.http.protobuf_writing import encode
from k8slearn.http.reading import find, listed, shown
from k8slearn.http.request import READS, STREAMS, RequestInfo, check_timeout, parse
from k8slearn.http.reviews import REVIEWS, review
from k8slearn.http.shapes import shaped
from k8slearn.http.tokens import Tokens
from k8slearn.http.types import Request, Response
from k8slearn.http.waiting import Questions
from k8slearn.http.watching import Watch
from k8slearn.http.writing import Writer
from k8slearn.kinds.rbac import ADMIN, User
from k8slearn.kinds.rbac_defaults import DEFAULTS
from k8slearn.locale import http as words

WINDOW = 20_000
"""How many revisions back a watch or list may begin: enough for any lesson, and small enough to meet "too old"."""

Answer = Response | Watch | PodLog


class Api:
    """Answers requests; `before` is called ahead of each about objects, `after` when something may have been stored.

    `waited_for` is called when a client waits for what is under way, with a function that says whether it came nearer.
    """

    def __init__(
        self,
        control_plane: ControlPlane,
        *,
        before: Callable[[], None] = lambda: None,
        after: Callable[[], None] = lambda: None,
        waited_for: Callable[[Callable[[], bool]], None] = lambda nearer: None,
    ) -> None:
        self.control_plane = control_plane
        self.before = before
        self.writer = Writer(control_plane, after)
        self.waited_for = waited_for
        self.questions = Questions()
        self.tokens = Tokens(control_plane)
        self.start = control_plane.store.revision
        self._offer = offered(control_plane)
        self._defined: tuple[Any, ...] = ()
        self.encoded = Encoded(partial(shown, control_plane))

    @property
    def oldest(self) -> int:
        """The oldest revision that a watch or list may begin at: as in a watch cache, none from before the start."""
        store = self.control_plane.store
        return max(self.start, store.log.oldest, store.revision - WINDOW)

    @property
    def versions(self) -> Offer:
        """Group and version of all that is served."""
        own = offered(self.control_plane)
        rows = self.control_plane.registry.custom.rows
        if not rows:
            return own
        if self._defined != (own, rows):
            self._defined = (own, rows)
            self._offer = own.with_custom(rows)
        return self._offer

    def handle(self, request: Request) -> Answer:
        """Answer one request; whatever goes wrong is a Status object."""
        try:
            check_timeout(request)
            user = self._user_of(request)
            document = about_server(request, self.versions)
            if document is not None:
                authorize_path(self.control_plane.store, user, request)
                return document
            info = parse(request, self.versions)
            self._let_wait(request, info)
            answer = self._answer(info, user)
            if info.shape.protobuf:
                return in_protobuf(answer)
            return answer
        except ApiError as error:
            if error.reason == "InternalError":
                error = _of_the_client(error)
            refused = refusal(error)
            if wants_only_protobuf(request.accept):
                return in_protobuf(refused)
            return refused
        except RecursionError:
            # A body nested so deep that Python gives up is the client's doing.
            return refusal(bad_request(words.NOT_ALL_AT_ONCE))
        except Exception as error:
            # A mistake of ours: the client is told, and the server goes on.
            return refusal(internal_error(f"{type(error).__name__}: {error}"))

    def _let_wait(self, request: Request, info: RequestInfo) -> None:
        """Let time go on for a client that asks the same again and again: it waits for another answer."""
        if info.verb not in READS:
            return
        question = (request.path, request.query_text, request.accept)
        if self.questions.is_repeated(question, self.control_plane.store.revision):
            self.waited_for(lambda: False)

    def begin(self, source: Watch | PodLog) -> bytes:
        """What a stream begins with: what is there, and what comes of it at once where its client waits for that."""
        data = source.first()
        # Before anything is sent: a client that soon has what it wants leaves, and the next one is to find the same.
        if source.waits and not source.over:
            self.waited_for(source.comes_nearer)
            data += source.news()
        return data

    def connect(self, request: Request) -> Session:
        """Run a command in a container, or connect to what it runs.

        Raises ApiError, of code 500 where the container has no such command.
        """
        info = parse(request, self.versions)
        authorize(self.control_plane.store, self._user_of(request), info)
        self.before()
        if info.subresource == "exec":
            return execute(self.control_plane, info)
        try:
            return attach(self.control_plane, info)
        finally:
            # A container may have ended for want of somebody to read.
            self.writer.after()

    def _user_of(self, request: Request) -> User:
        """Raises ApiError 401, 403, 500."""
        shown = request.headers.get("authorization", "").removeprefix("Bearer ")
        # Whoever comes without a token of an account has shown the server's own.
        signed_in = self.tokens.user_of(shown) or ADMIN
        return user_of(self.control_plane.store, signed_in, request.headers)

    def leave(self, session: Session, code: int | None) -> None:
        """A session has ended with an exit code, or its client has left (None)."""
        session.end(code)
        self.writer.after()

    def _answer(self, info: RequestInfo, user: User) -> Answer:
        self.before()
        store = self.control_plane.store
        authorize(store, user, info)
        if info.stored_kind in REVIEWS:
            return review(store, user, info, self.control_plane.now)
        if info.subresource in STREAMS:
            subresources.refuse_stream(self.control_plane, info)
        if info.subresource == "log":
            return self._log(info)
        if info.verb == "watch":
            return Watch(self.control_plane, info, self.oldest, self.encoded)
        answer = self._read(info) if info.verb in READS else self._write(info, user)
        row = info.served.resource
        if row.deprecated:
            answer.warnings.append(row.deprecated)
        return answer

    def _log(self, info: RequestInfo) -> Response | PodLog:
        try:
            log = PodLog(
                self.control_plane, info.name, info.namespace, info.log_options, told
            )
        except NoLog:
            return Response("", 204, media_type="text/plain")
        if log.follow:
            return log
        return Response(log.first(), media_type="text/plain")

    def _read(self, info: RequestInfo) -> Response:
        plane = self.control_plane
        shape = info.shape
        # One lock for the objects and for the second that their ages are worked out for.
        with plane.lock:
            if info.subresource == "scale":
                found = find(plane, info)
                row = info.served.resource
                return Response(scale.shown(found, row, shape, plane.now))
            if info.verb == "get":
                found = find(plane, info)
                if shape.form:
                    return Response(
                        shaped(found, info.served.resource, shape, plane.now)
                    )
                return self.encoded.one(found)
            page = listed(plane, info, self.oldest)
            row = info.served.resource
            return self.encoded.page(page.objects, row, page.metadata, shape, plane.now)

    def _write(self, info: RequestInfo, user: User) -> Response:
        if "binding" in (info.subresource, info.kind.lower()):
            return subresources.binding(self.writer, info)
        if info.subresource == "eviction":
            return subresources.eviction(self.writer, info)
        if info.subresource == "scale":
            return scale.change(self.writer, info)
        if info.subresource == "token":
            return self.tokens.create(info)
        if info.stored_kind in DEFAULTS:
            settle(self.control_plane, info)
        if is_asked(user, info.stored_kind, info.verb):
            self._refuse_escalation(info, user)
        with told_as_sent(info.body):
            answer = self._carry_out(info, user)
        # A deletion may answer with a Status or a list, which have no other shape.
        if isinstance(answer.body, dict) and answer.body.get("kind") == info.kind:
            row = info.served.resource
            o = row.from_stored(answer.body)
            answer.body = shaped(o, row, info.shape, self.control_plane.now)
        return answer

    def _carry_out(self, info: RequestInfo, user: User) -> Response:
        if info.verb == "create":
            return self.writer.create(info, user)
        return _CHANGES[info.verb](self.writer, info)

    def _refuse_escalation(self, info: RequestInfo, user: User) -> None:
        """Raises ApiError 403 where a write would give others rights that its user lacks; the write is rehearsed."""
        trial = replace(info, write_options=replace(info.write_options, dry_run=True))
        found = self._carry_out(trial, user).body
        assert isinstance(found, dict)
        refuse_escalation(self.control_plane.store, user, found)


_CHANGES: dict[str, Callable[[Writer, RequestInfo], Response]] = {
    "update": Writer.update,
    "patch": Writer.patch,
    "delete": Writer.delete,
    "deletecollection": Writer.delete_collection,
}


def _of_the_client(error: ApiError) -> ApiError:
    """The error as one of the client's. Deviation: the real server calls it an internal error (500)."""
    return bad_request(error.message.removeprefix("Internal error occurred: "))


def in_protobuf(answer: Answer) -> Answer:
    """The answer as protobuf, where it is an object; a watch writes its events so by itself."""
    if isinstance(answer, Response) and isinstance(answer.body, dict):
        answer.body = encode(answer.body)
        answer.media_type = PROTOBUF
    return answer


def refusal(error: ApiError) -> Response:
    """An error as an answer."""
    headers = {}
    wait = error.status.get("details", {}).get("retryAfterSeconds")
    if wait:
        headers["Retry-After"] = str(wait)
    return Response(error.status, error.code, headers=headers, warnings=error.warnings)
