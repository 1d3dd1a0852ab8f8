"""The security headers of pages and files."""

from __future__ import annotations

_DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' data:",
    "media-src": "'self'",
    "form-action": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
}


def policy(**directives: str) -> str:
    """The Content-Security-Policy of a page with its own scripts. `directives`: what differs, such as `form_action`."""
    given = {name.replace("_", "-"): value for name, value in directives.items()}
    return "; ".join(f"{name} {value}" for name, value in (_DIRECTIVES | given).items())


PAGE_POLICY = policy()
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

#: every answer has these, where its handler says nothing else
BASE_HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
#: of a page that only reads: no script, and no form
PUBLIC_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": policy(script_src="'none'", connect_src="'none'"),
}
#: of a page with a form and no script
PLAIN_FORM_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": policy(script_src="'none'", connect_src="'none'", form_action="'self'"),
    # With "no-referrer", browsers send the form without its origin.
    "Referrer-Policy": "same-origin",
}
#: of a page with a form and its own scripts
FORM_HEADERS = PLAIN_FORM_HEADERS | {"Content-Security-Policy": policy(form_action="'self'")}


def framed_form_headers(framed_by: str) -> dict[str, str]:
    """The same for a page that these origins may show in a frame."""
    return FORM_HEADERS | {"Content-Security-Policy": policy(form_action="'self'", frame_ancestors=framed_by)}
