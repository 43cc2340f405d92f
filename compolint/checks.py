"""The built-in checks, as the package `compolint.checks`; their files are in `checks/`."""

from compolint._bundled import folder

__path__ = [folder("checks")]
