"""How a command ends, as far as anybody can tell without running it."""

from typing import Literal

# `likely` is nothing known against it; `absent`, that what is looked for among the rules is not there, unless
# the script has been run before.
Status = Literal["yes", "no", "likely", "absent", "open"]


def negated(status: Status) -> Status:
    if status in ("no", "absent"):
        return "yes"
    return "no" if status == "yes" else "open"
