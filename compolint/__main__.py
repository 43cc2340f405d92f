"""The program `compolint`, which is also `python -m compolint`."""

import contextlib
import gc
import os
import sys
from io import TextIOWrapper
from typing import NoReturn


def main() -> NoReturn:
    # A scan makes many objects, keeps most of them to its end, and ends soon.
    gc.disable()
    # Whoever starts us may have closed them.
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        from compolint.cli import run

        code = run()
    except KeyboardInterrupt:
        code = 130
    except Exception as error:
        code = _broken_down(error)
    _leave(code)


def _leave(code: int) -> NoReturn:
    """Ends the process at once: to take all its objects apart first costs a tenth of a scan."""
    for stream in (sys.stdout, sys.stderr):
        # What reads them may be gone.
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _broken_down(error: Exception) -> int:
    """Says where the program broke down, without the words of the error: they may quote a file."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" in {place.tb_frame.f_code.co_filename}, line {place.tb_lineno}" if place else ""
    print(f"compolint: internal error: {type(error).__name__}{where}", file=sys.stderr)
    return 4


if __name__ == "__main__":
    # `python -m` looks for modules in the current folder first, and that may be one that is scanned.
    sys.path = [folder for folder in sys.path if folder not in {"", os.getcwd()}]
    main()
