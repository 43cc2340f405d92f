"""The report for programs that read line by line: a finding in each, and the summary in the last."""

from collections.abc import Iterator

from compolint.report import Options
from compolint.report.json import as_object, summary
from compolint.report.shown import Shown


def render(shown: Shown, options: Options) -> Iterator[str]:
    import json

    encode = json.JSONEncoder(check_circular=False).encode
    for finding in shown.findings:
        yield encode(as_object(finding, shown.files)) + "\n"
    yield encode({"summary": summary(shown)}) + "\n"
