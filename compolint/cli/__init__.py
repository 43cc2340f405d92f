"""The command line: a table of commands, each imported when it is called."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

# The module, and what the overview says of it.
COMMANDS = {
    "scan": ("compolint.cli.scan", "Check files and folders (the default command)."),
    "exposure": ("compolint.cli.exposure", "Show who reaches which port, and which layers hold it."),
    "explain": (
        "compolint.cli.explain",
        "Tell what a check finds, why it matters and what to write instead.",
    ),
    "checks": ("compolint.cli.checks", "List the checks."),
    "config": ("compolint.cli.config", "Show the settings that hold here, or the schema of the file."),
    "init": (
        "compolint.cli.init",
        "Write a configuration file, a pre-commit hook or a workflow to begin with.",
    ),
    "completion": ("compolint.cli.completion", "Print the completion script of a shell."),
}
USAGE = 2
INTERNAL = 4
INTERRUPTED = 130


def _help(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(ctx.get_help(), color=ctx.color)
        ctx.exit()


_HELP = click.Option(["-h", "--help"], is_flag=True, expose_value=False, is_eager=True, callback=_help,
                     help="Show this message and exit.")  # fmt: skip


class Command(click.Command):
    """A command whose `--help` is not translated: the search for translations costs every start 2 ms."""

    def get_help_option(self, ctx: click.Context) -> click.Option:
        return _HELP


class Commands(Command, click.Group):
    """The commands by name; whatever is no command is something to scan."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name][0]).command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {name for option in self.get_params(ctx) for name in option.opts}
        if not ctx.resilient_parsing and (not args or (args[0] not in COMMANDS and args[0] not in own)):
            args = ["scan", *args]
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from compolint import __version__

        click.echo(f"compolint {__version__}")
        ctx.exit()


@click.command(
    cls=Commands,
    name="compolint",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  compolint                            check the current folder
  compolint stacks/ Dockerfile         check a folder and a file
  compolint explain wildcard-bind      what a finding means
  cat compose.yaml | compolint scan --stdin-filename compose.yaml -

\b
Exit codes, the same for every format:
  0    nothing at or above --fail-on
  1    findings at or above --fail-on, or files that could not be understood
  2    wrong usage or configuration
  3    nothing to check (0 with --allow-empty)
  4    a check broke down; the others ran
  130  interrupted

What is no command is scanned: `compolint .` is `compolint scan .`; for a folder that has the name of
a command write `compolint ./checks`.""",
)
@click.option("-V", "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version,
              help="Show the version and exit.")  # fmt: skip
def commands() -> None:
    """Finds what a self-hosted server exposes, before it is deployed.

    Reads what describes containers, web servers, hosts and firewalls, together and without running anything.
    """


def run(arguments: Sequence[str] | None = None) -> int:
    """The exit code of a call with these arguments, by default those of the process."""
    code: object = 0
    try:
        code = commands.main(
            None if arguments is None else list(arguments), prog_name="compolint", standalone_mode=False
        )
        sys.stdout.flush()
    except click.ClickException as error:
        (_with_near(error) if isinstance(error, click.NoSuchOption) else error).show()
        code = USAGE
    except click.Abort:
        code = INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; the interpreter's own flush shall not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if not _is_mistake(error):
            raise
        click.echo(f"Error: {error}", err=True)
        code = USAGE
    return code if isinstance(code, int) else 0


def _with_near(error: click.NoSuchOption) -> click.NoSuchOption:
    """The error without the suggestions that are near for nothing but their dashes."""
    from difflib import get_close_matches

    word = error.option_name.lstrip("-")
    near = [each for each in error.possibilities or () if get_close_matches(word, [each.lstrip("-")])]
    return click.NoSuchOption(error.option_name, possibilities=near, ctx=error.ctx)


def _is_mistake(error: Exception) -> bool:
    """Whether an error is one of the configuration, which its message explains."""
    from compolint.config import Misconfigured
    from compolint.packs import BadPack

    return isinstance(error, (Misconfigured, BadPack))
