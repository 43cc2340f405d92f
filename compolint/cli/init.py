"""`compolint init`: files to begin with."""

import os

import click

from compolint import __version__
from compolint.config import FILES

CONFIG = """\
# What compolint is to know of this project. All of it may be left out.
# `compolint config schema` prints the schema of this file, `compolint config show` what holds now.

# How much to say: "quiet" leaves out hardening wishes, "strict" runs more checks and takes what is
# undecided for a finding.
#profile = "default"

# The least severity that makes the exit code 1: critical, high, medium, low, info or never.
#fail-on = "high"

# Files that are not looked at. Globs start from the folder of this file.
#exclude = ["vendor/**", "**/examples/**"]

# Ports that the whole world is meant to reach, and images that may be used.
#public-ports = [80, 443]
#allowed-images = ["docker.io/library/*", "ghcr.io/acme/**"]

# Installed packages with checks of your own.
#packs = ["acme"]

# How severe a check's findings are; "off": it does not run.
#[severity]
#wildcard-bind = "medium"

# Options of a check, as `compolint explain CHECK` lists them.
#[options.wildcard-bind]
#public-ports = [8443]

# Findings that are accepted, and why. A comment beside the line does the same:
#   # compolint: allow wildcard-bind until 2027-01-31: the router forwards this port to nobody
#[[ignore]]
#checks = ['wildcard-bind']
#paths = ["stacks/lan/**"]
#subject = "dns"
#reason = "serves the local network only"
#until = 2027-01-31

# Which files are not for production, where hardening is no matter and the rest is less severe.
#[environment]
#"staging/**" = "development"

# JSON schemas that configuration files must fulfil: by name, or by the path of one of your own.
#[schemas]
#"**/openclaw.json" = "openclaw"

# The machines of the project.
#[hosts.web1]
#role = "reverse proxy"
#public = ["203.0.113.7"]
#tailscale = ["100.64.0.7"]
#status = "active"
#paths = ["web1/**"]
#interfaces = { eth0 = "internet", eth1 = "lan" }
#docker = "29"

# Further zones that ports may be reached from.
#[zones.office]
#sources = ["10.8.0.0/24"]
#interfaces = ["wg0"]

# Compose files that are used together, as in `docker compose -f compose.yaml -f compose.prod.yaml`.
#[[project]]
#files = ["compose.yaml", "compose.prod.yaml"]
"""

PRE_COMMIT = f"""\
repos:
  - repo: local
    hooks:
      - id: compolint
        name: compolint (changed files)
        entry: compolint scan --hook --allow-empty
        language: python
        additional_dependencies: ["compolint=={__version__}"]
        files: |
          (?xi)(
            \\.(ya?ml|json5?|jsonc|toml|conf|local|hcl|tf|tofu|tfvars|sh|bash|ksh|mk|cron|crontab|pem|crt|cer|key
              |service|socket|timer|mount|automount|swap|path|target|slice|scope
              |container|pod|kube|network|volume|image|build|caddy|caddyfile|nginx|nginxconf|inc|vhost|site
              |dockerignore)(\\.(example|sample|dist|template|tmpl|bak|old))?$|
            (^|/)([\\w.-]+\\.)?(docker|container|caddy)file([-_.][\\w.-]+)?$|
            (^|/)(\\.env([-_.][\\w.-]+)?|[\\w.-]+\\.env(\\.[\\w-]+)?|env\\.(example|sample|dist))$|
            (^|/)(sites-(available|enabled)/[^/]+|makefile\\.[\\w-]+|[\\w@+-]+)$
          )
        require_serial: true
"""

WORKFLOW = f"""\
name: compolint
on:
  push:
    branches: [main]
  pull_request:
permissions: {{}}
jobs:
  compolint:
    runs-on: ubuntu-latest
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with:
          persist-credentials: false
      - uses: actions/setup-python@a26af69be951a213d495a4c3e4e4022e16d87065 # v5.6.0
        with:
          python-version: "3.12"
      - run: pip install "compolint=={__version__}"
      - run: compolint scan --format github
"""


@click.command(
    name="init",
    epilog="""\b
Examples:
  compolint init                 write compolint.toml
  compolint init --pre-commit    write .pre-commit-config.yaml, or print what to add to it
  compolint init --action        write .github/workflows/compolint.yml""",
)
@click.option("--pre-commit", is_flag=True, help="Write a hook for pre-commit instead.")
@click.option("--action", is_flag=True, help="Write a workflow for GitHub Actions instead.")
def command(pre_commit: bool, action: bool) -> None:
    """Write a configuration file into the current folder; it says nothing until you uncomment a line.

    A file that is there already is never overwritten.
    """
    if not pre_commit and not action:
        if present := next((name for name in FILES[:2] if os.path.lexists(name)), None):
            raise click.ClickException(f"{present} is there already")
        _write(FILES[0], CONFIG)
    if pre_commit:
        _offer(".pre-commit-config.yaml", PRE_COMMIT)
    if action:
        _offer(os.path.join(".github", "workflows", "compolint.yml"), WORKFLOW)


def _offer(path: str, text: str) -> None:
    """Writes a file, or prints what it should have where there is one."""
    if not os.path.lexists(path):
        _write(path, text)
        return
    click.echo(f"{path} is there already; it should have this:", err=True)
    click.echo(text, nl=False)


def _write(path: str, text: str) -> None:
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else "no reason given"
        raise click.ClickException(f"cannot write {path}: {reason}") from None
    click.echo(f"wrote {path}")
