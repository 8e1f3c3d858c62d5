"""One H5P package on a page of its own: the npm player, an opaque origin, a strict policy, and no server.

What the browser asks for is answered from the package's bytes and from node_modules/h5p-standalone. What the content
says is gathered in `statements` of the page.
"""

from __future__ import annotations

import io
import json
import mimetypes
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from playwright.sync_api import Page, Route

SITE = "http://h5p.test"
DIST = Path(settings.PROJECT_DIR) / "node_modules" / "h5p-standalone" / "dist"
# As the academy's player page has it, without eval (shared/design/H5P.md, section 7).
POLICY = (
    f"sandbox allow-scripts; default-src 'none'; script-src {SITE}; style-src {SITE} 'unsafe-inline'; "
    f"img-src {SITE} data: blob:; font-src {SITE} data:; connect-src {SITE}; base-uri 'none'; form-action 'none'"
)
HTML = """<!doctype html>
<html lang="{language}" class="h5p-iframe">
<head><meta charset="utf-8"><title>{title}</title><meta name="viewport" content="width=device-width">
<style>body {{ margin: 0 }}</style></head>
<body><main><h1 style="position: absolute; clip-path: inset(50%)">{title}</h1><div id="player"></div></main>
<script src="/dist/main.bundle.js"></script><script src="/boot.js"></script></body></html>
"""
BOOT = """
Object.defineProperty(window, "localStorage", {value: {getItem: () => null, setItem: () => {}, removeItem: () => {}}});
window.statements = [];
new H5PStandalone.H5P(document.getElementById("player"), {
  id: "1", h5pJsonPath: "/package", frameJs: "/dist/frame.bundle.js", frameCss: "/dist/styles/h5p.css",
  embedType: "div", preventH5PInit: false, frame: false, copyright: false, export: false, icon: false, embed: false,
  xAPIObjectIRI: "https://academy.test/activity/1", saveFreq: 600, contentUserData: STATE
}).then(() => {
  H5P.externalDispatcher.on("xAPI", event => {
    statements.push(JSON.parse(JSON.stringify(event.data.statement)));
    document.body.dataset.said = statements.length;
  });
  H5P.init(document.body);
  document.body.dataset.ready = "";
});
"""


def play(page: Page, package: bytes, *, state: Mapping[str, Any] | None = None, language: str = "en") -> None:
    """Open the package, half-way where a state is given, and wait until it plays."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        files = {f"/package/{name}": archive.read(name) for name in archive.namelist()}
    kept = {"0": {"state": json.dumps(state)}} if state is not None else {}
    files["/"] = HTML.format(language=language, title="An activity").encode()
    files["/boot.js"] = BOOT.replace("STATE", json.dumps(kept)).encode()
    page.unroute_all()
    page.route(f"{SITE}/**", lambda route: answer(route, files))
    page.goto(f"{SITE}/")
    page.locator("body[data-ready]").wait_for(state="attached")


def answer(route: Route, files: Mapping[str, bytes]) -> None:
    """Give the browser a file."""
    path = route.request.url.removeprefix(SITE).partition("?")[0]
    data = files.get(path)
    if path.startswith("/dist/") and (DIST / path.removeprefix("/dist/")).is_file():
        data = (DIST / path.removeprefix("/dist/")).read_bytes()
    kind = "text/html" if path == "/" else mimetypes.guess_type(path)[0] or "application/octet-stream"
    headers = {"Access-Control-Allow-Origin": "*", "Content-Security-Policy": POLICY}
    route.fulfill(status=200 if data is not None else 404, body=data or b"", content_type=kind, headers=headers)


def statements(page: Page) -> list[dict[str, Any]]:
    """What the content has said so far."""
    said: list[dict[str, Any]] = page.evaluate("window.statements")
    return said


def verbs(page: Page) -> list[str]:
    """Of each statement the last part of its verb."""
    return [each["verb"]["id"].rpartition("/")[2] for each in statements(page)]


def state_of(page: Page) -> Any:
    """What the content would have kept."""
    return page.evaluate("H5P.instances[0].getCurrentState()")
