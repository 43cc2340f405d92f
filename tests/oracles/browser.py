"""A real browser without a window, spoken to over two pipes: Chromium's own protocol, a JSON object each."""

import json
import os
import shutil
import subprocess
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PROGRAM = next((path for name in NAMES if (path := shutil.which(name))), None)
_PATIENCE = 60  # seconds


class Browser:
    """One page of a browser, with what it complained about and asked the network for."""

    def __init__(self, reads: int, writes: int) -> None:
        self._reads, self._writes = reads, writes
        self._rest = b""
        self._number = 0
        self._session: str | None = None
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self._loads = 0

    def open(self, page: Path) -> None:
        if self._session is None:
            target = self.ask("Target.createTarget", url="about:blank")["targetId"]
            self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Runtime", "Log", "Network"):
                self.ask(f"{domain}.enable")
        loads = self._loads
        self.ask("Page.navigate", url=page.resolve().as_uri())
        while self._loads == loads:
            self._take()

    def run(self, script: str) -> Any:
        """What a script of the page gives."""
        told = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def picture(self, to: Path, width: int = 1280, height: int = 900) -> None:
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        to.write_bytes(b64decode(self.ask("Page.captureScreenshot")["data"]))

    def ask(self, method: str, **parameters: object) -> Any:
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._writes, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._take()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]

    def _take(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            data = os.read(self._reads, 1 << 20)
            assert data, "the browser ended"
            self._rest += data
        text, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        self._note(message.get("method", ""), message.get("params", {}))
        return message

    def _note(self, method: str, told: dict[str, Any]) -> None:
        self._loads += method == "Page.loadEventFired"
        if method == "Runtime.exceptionThrown":
            self.complaints.append(told["exceptionDetails"]["text"])
        elif method == "Runtime.consoleAPICalled":
            self.complaints.append(str(told["args"]))
        elif method == "Log.entryAdded":
            self.complaints.append(told["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])


@contextmanager
def browser(home: Path) -> Iterator[Browser]:
    """A browser that lives as long as the block, with its files in a folder of its own."""
    assert PROGRAM is not None, f"none of {', '.join(NAMES)} is installed"
    their_read, our_write = os.pipe()
    our_read, their_write = os.pipe()
    # A browser reads from descriptor 3 and writes to 4; the shell puts our ends there.
    command = f'exec "$0" "$@" 3<&{their_read} 4>&{their_write}'
    options = (
        "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--hide-scrollbars",
        "--no-first-run", "--disable-background-networking", f"--user-data-dir={home}",
    )  # fmt: skip
    process = subprocess.Popen(
        ["bash", "-c", command, PROGRAM, *options],
        pass_fds=(their_read, their_write),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(home)},
    )
    os.close(their_read)
    os.close(their_write)
    try:
        yield Browser(our_read, our_write)
    finally:
        os.close(our_write)
        process.terminate()
        _await(process)
        os.close(our_read)


def _await(process: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < ends:
        time.sleep(0.05)
    if process.poll() is None:
        process.kill()
        process.wait()
