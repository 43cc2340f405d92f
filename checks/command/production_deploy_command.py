"""Command that deploys

What deploys from a container or a build does so whenever that starts, with credentials that then lie in it:
nobody has looked at what goes out, and whoever takes over the container can deploy as well. Deploy from a
pipeline that somebody starts, with credentials that live as long as it runs.

```yaml compose.yaml
services:
  deployer:
    image: hashicorp/terraform:1.13
    entrypoint: ["terraform", "apply", "-auto-approve"]  #! terraform apply deploys
  chart:
    image: alpine/helm:3.19
    command: helm upgrade web ./chart  #! helm upgrade deploys
```

## Instead

```yaml compose.yaml
services:
  plan:
    image: hashicorp/terraform:1.13
    entrypoint: ["terraform", "plan"]
  lint:
    image: alpine/helm:3.19
    command: helm template ./chart
```
"""

from compolint.api import Command, Problem, Problems, Severity, check, deployment


@check(
    Severity.MEDIUM,
    clauses="P3",
    references=("https://developer.hashicorp.com/terraform/cli/commands/apply",),
    when="acts",
)
def production_deploy_command(command: Command) -> Problems:
    if words := deployment(command):
        yield Problem(f"{words} deploys whenever this runs", at=command.at("words", 0))
