"""How a view says who may call it, and how it gets its subject."""

import re
from collections.abc import Callable, Collection
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import unquote

from flask import abort, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException
from werkzeug.wrappers import Response

from tracker.core.errors import UnknownValue

View = TypeVar("View", bound=Callable[..., Any])


class Public:
    """The guard of a page anybody may open."""


class Required:
    """The guard of a page that asks for a permission, over a subject where one is loaded.

    Without one, for a signed-in user. Of `others` any will do instead.
    """

    def __init__(self, permission: StrEnum | None, others: tuple[StrEnum, ...] = ()) -> None:
        """Keep what is asked for, so that it can be listed."""
        self.permission, self.others = permission, others

    def lets_in(self, *subject: Any) -> bool:
        """Whether who is signed in holds what is asked for, over a subject where one is given."""
        wanted = () if self.permission is None else (self.permission, *self.others)
        return not wanted or any(current_user.may(one, *subject) for one in wanted)


def public(view: View) -> View:
    """Let anybody open the page. Every use needs a reason that a reader can see."""
    view.guard = Public()  # type: ignore[attr-defined]
    return view


def requires(
    permission: StrEnum | None = None, *others: StrEnum, load: Callable[..., Any] | None = None
) -> Callable[[View], View]:
    """Let only those in who hold the permission over the subject; None asks only that somebody is signed in.

    :param others: permissions of which any will do instead, where a view answers each with what it reaches.
    :param load: called with the address's arguments; what it returns is the subject, handed to the view in their
        place. None means there is no such thing.

    In this order: not signed in, to sign in and back; no such subject, 404; the permission is not held at all, 403;
    held, but not over this subject, 404, exactly as if there were none. Holds for every method of the view.
    """

    guard = Required(permission, others)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**arguments: Any) -> Any:
            if not current_user.is_authenticated:
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
            if not guard.lets_in():
                abort(403)
            if load is None:
                return view(**arguments)
            subject = load(**arguments)
            if subject is None or not guard.lets_in(subject):
                abort(404)
            return view(subject)

        guarded.guard = guard  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def see_other(location: str) -> Response:
    """Answer a POST that took effect: look there now."""
    return redirect(location, code=303)


def takes_files(size_setting: str) -> Callable[[View], View]:
    """Let the bodies sent to a view be as large as a setting says, and not only as large as a form.

    :param size_setting: the name of the setting that holds the bytes, such as `upload_csv_bytes`. Stand it above
        `@requires`.
    """

    def decorate(view: View) -> View:
        view.body_limit_setting = size_setting  # type: ignore[attr-defined]
        return view

    return decorate


def without_form_key(reason: str) -> Callable[[View], View]:
    """Let a view's forms be sent without a key against double sending; every use names the reason.

    Stand it above the guard.
    """

    def decorate(view: View) -> View:
        view.form_key_exemption = reason  # type: ignore[attr-defined]
        return view

    return decorate


NEVER_NEXT = frozenset({"static", "accounts.sign_in", "accounts.sign_in_code", "account.confirm"})
"""Pages nobody is sent on to."""
_LOCAL = re.compile(r"/(?![/\\])[A-Za-z0-9\-._~/%?=&+,:;@!$'()*]*")


def local_target(text: str | None, default: str = "/") -> str:
    """Where to go next, if it is a page of ours that can be opened; else the default.

    Nothing else is ever redirected to.
    """
    path = unquote((text or "").partition("?")[0])
    if text is None or not _LOCAL.fullmatch(text) or "//" in path or {".", ".."} & set(path.split("/")) or "\\" in path:
        return default
    try:
        endpoint, _ = current_app.url_map.bind("localhost").match(path, method="GET")
    except (HTTPException, RoutingException):
        return default
    return default if endpoint in NEVER_NEXT else text


def leads_to(endpoint: str, **named: str) -> bool:
    """Whether the address of a page that is made of a name leads there, and nowhere else.

    Of a thing called ‘new’ it is the address of the page where another is made; browsers take ‘..’ out of an address.
    """
    known = current_app.url_map.bind("localhost")
    path = unquote(known.build(endpoint, named))
    if {"", ".", ".."} & set(path.split("/")[1:]):
        return False
    return known.match(path, method="GET") == (endpoint, named)


def chosen(name: str, choices: Collection[str], usual: str) -> str:
    """Which of the choices of a list its address asks for; the usual one where it says nothing.

    :raises UnknownValue: if it is none of them.
    """
    said = request.args.get(name) or usual
    if said not in choices:
        raise UnknownValue(name.capitalize(), said)
    return said


def with_recent_proof(view: View) -> View:
    """Have the user prove who they are again before a view, unless they did within the last ten minutes."""
    view.needs_recent_proof = True  # type: ignore[attr-defined]
    return view


def address_of_page(number: int) -> str:
    """The address of this very list at another page."""
    kept: dict[str, Any] = {name: values for name, values in request.args.lists() if name != "page"}
    return url_for(request.endpoint or "", **(request.view_args or {}), **kept, page=number)
