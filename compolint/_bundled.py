"""Where `checks/` and `schemas/` are: inside the package in a wheel, beside it in a checkout."""

import os

_HERE = os.path.dirname(__file__)


def folder(name: str) -> str:
    shipped = os.path.join(_HERE, name)
    return shipped if os.path.isdir(shipped) else os.path.join(os.path.dirname(_HERE), name)
