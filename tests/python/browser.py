"""A headless Chromium that says what a page asked for, complained of and how wide it is."""

from __future__ import annotations

import base64
import json
import os
import shlex
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome", "chrome")
        if (found := shutil.which(name))
    ),
    None,
)

OVERFLOW = """
JSON.stringify({
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  drawn: document.documentElement.dataset.drawn || null,
  paint: Math.round(performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0),
  figures: document.querySelectorAll(".figure").length,
  plots: document.querySelectorAll(".figure .main-svg").length,
  dark: matchMedia("(prefers-color-scheme: dark)").matches,
  cut: [...document.querySelectorAll("svg")].flatMap((svg) => {
    if (svg.ownerSVGElement || !svg.closest(".card") || !svg.getClientRects().length) return [];
    const card = svg.closest(".card").getBoundingClientRect();
    return [...svg.querySelectorAll("text")]
      .filter((text) => {
        const box = text.getBoundingClientRect();
        return box.width && (box.left < card.left - 1 || box.right > card.right + 1
          || box.top < card.top - 1 || box.bottom > card.bottom + 1);
      })
      .map((text) => text.textContent);
  }),
  // Words of one picture that lie over each other.
  overlaps: [...document.querySelectorAll(".card svg")].flatMap((svg) => {
    if (svg.ownerSVGElement || !svg.getClientRects().length) return [];
    const words = [...svg.querySelectorAll("text")]
      .filter((text) => getComputedStyle(text).visibility !== "hidden" && text.textContent.trim())
      .map((text) => ({name: text.textContent, box: text.getBoundingClientRect()}))
      .filter((word) => word.box.width);
    return words.flatMap((word, place) => words.slice(place + 1)
      .filter((other) =>
        Math.min(word.box.right, other.box.right) - Math.max(word.box.left, other.box.left) > 2
        && Math.min(word.box.bottom, other.box.bottom) - Math.max(word.box.top, other.box.top) > 5)
      .map((other) => word.name + " | " + other.name));
  }),
})
"""


@dataclass(frozen=True)
class Visit:
    """What came of opening a page."""

    requests: list[str]
    complaints: list[str]
    measured: dict[str, Any]


class Browser:
    """One Chromium, spoken to over a pair of pipes."""

    def __init__(self) -> None:
        assert CHROMIUM is not None
        self._profile = tempfile.mkdtemp(prefix="covey-chromium-")
        hear, self._to = os.pipe()
        self._from, say = os.pipe()
        options = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--disable-sync",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            "--remote-debugging-pipe",
            f"--user-data-dir={self._profile}",
            "about:blank",
        ]
        # Chromium reads descriptor 3 and writes descriptor 4.
        command = f"exec {shlex.join([CHROMIUM, *options])} 3<&{hear} 4>&{say}"
        self._process = subprocess.Popen(
            ["bash", "-c", command], pass_fds=(hear, say), stderr=subprocess.DEVNULL
        )
        os.close(hear)
        os.close(say)
        self._buffer = b""
        self._number = 0
        self._events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    _session: str | None = None

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            read = os.read(self._from, 1 << 16)
            assert read, "Chromium has gone"
            self._buffer += read
        message, self._buffer = self._buffer.split(b"\0", 1)
        answer: dict[str, Any] = json.loads(message)
        return answer

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the DevTools protocol and return its result."""
        self._number += 1
        sent = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            sent["sessionId"] = self._session
        os.write(self._to, json.dumps(sent).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result
            self._events.append(answer)

    def visit(self, page: Path, *, width: int, dark: bool, picture: Path | None = None) -> Visit:
        """Open a page at a width in a scheme; `picture` is where to write how it looks."""
        self._events.clear()
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call("Page.navigate", url=page.resolve().as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self._events):
            self._events.append(self._read())
        # Two frames on, everything that the scripts of the page changed is laid out.
        frames = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        self.call("Runtime.evaluate", expression=frames, awaitPromise=True)
        found = self.call("Runtime.evaluate", expression=OVERFLOW, returnByValue=True)
        assert "exceptionDetails" not in found, found
        measured = json.loads(found["result"]["value"])
        if picture is not None:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            clip = {"x": 0, "y": 0, "width": width, "height": size["height"], "scale": 1}
            shot = self.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
            picture.write_bytes(base64.b64decode(shot["data"]))
        asked, complaints = [], []
        for event in self._events:
            details = event.get("params", {})
            if event["method"] == "Network.requestWillBeSent":
                asked.append(details["request"]["url"])
            elif event["method"] == "Runtime.exceptionThrown":
                complaints.append(str(details["exceptionDetails"]))
            elif event["method"] == "Log.entryAdded":
                complaints.append(str(details["entry"]))
            elif event["method"] == "Runtime.consoleAPICalled" and details["type"] in (
                "error",
                "warning",
            ):
                complaints.append(str(details["args"]))
        return Visit(asked, complaints, measured)

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(10)
        os.close(self._to)
        os.close(self._from)
        shutil.rmtree(self._profile, ignore_errors=True)
