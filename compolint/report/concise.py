"""The report with one line for each finding, which editors and `grep` understand."""

from collections.abc import Iterator

from compolint.report import Options
from compolint.report.shown import Shown
from compolint.report.visible import visible


def render(shown: Shown, options: Options) -> Iterator[str]:
    for finding in shown.findings:
        status = finding.status
        if status not in ("fail", "open") and not options.show_accepted:
            continue
        at = finding.at.path
        number, column = shown.files.start(finding.at)
        word = finding.severity if status == "fail" else status
        # A line that begins with `::` would be a command to a workflow's runner.
        path = f"./{at}" if at.startswith((":", " ")) else at
        line = f"{path}:{number}:{column}: {word}: {finding.message} [{finding.check.name}]"
        yield f"{visible(line)}\n"
