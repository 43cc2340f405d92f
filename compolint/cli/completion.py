"""`compolint completion`: what a shell must know to complete our words."""

import click

from compolint.cli import commands


@click.command(
    name="completion",
    epilog="""\b
Examples:
  compolint completion bash > ~/.local/share/bash-completion/completions/compolint
  compolint completion zsh > ~/.zfunc/_compolint
  compolint completion fish > ~/.config/fish/completions/compolint.fish""",
)
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def command(shell: str) -> None:
    """Print the completion script of a shell."""
    from click.shell_completion import ShellComplete, get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    # Bash's own `source` runs bash to ask for its version; the script is the same for all of them.
    click.echo(ShellComplete.source(kind(commands, {}, "compolint", "_COMPOLINT_COMPLETE")))
