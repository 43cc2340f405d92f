"""Commands that bring something into production, or rewrite what was recorded on the way there.

https://git-scm.com/docs, https://kubernetes.io/docs/reference/kubectl, https://helm.sh/docs/helm,
https://developer.hashicorp.com/terraform/cli, and the manuals of the services that the programs belong to
"""

from compolint.model.command import Command
from compolint.model.knowledge.operands import subcommand


def rewritten_history(command: Command) -> str | None:
    """What a git command takes from the history of a repository."""
    if command.name != "git" or command.has("--dry-run", "--help"):
        return None
    words = subcommand(command, "-C -c --git-dir --work-tree --namespace")
    verb = words[0] if words else ""
    if verb == "push":
        if command.has("--force", "-f", "--mirror") or any(word.startswith("+") for word in words[1:]):
            return "git push --force"
        return "git push --delete" if command.has("--delete", "-d") else None
    if verb == "commit" and command.has("--amend"):
        return "git commit --amend"
    if verb == "reset" and command.has("--hard"):
        return "git reset --hard"
    is_rewriting = verb in {"filter-branch", "filter-repo", "rebase"} and not command.has(
        "--abort", "--continue"
    )
    if is_rewriting:
        return f"git {verb}"
    return "git reflog expire" if words[:2] == ("reflog", "expire") else None


_DEPLOYS = {
    "kubectl": (("apply",), ("rollout", "restart"), ("scale",), ("set", "image"), ("replace",)),
    "oc": (("apply",), ("rollout",)),
    "helm": (("install",), ("upgrade",), ("rollback",), ("uninstall",), ("delete",)),
    "helmfile": (("apply",), ("sync",)),
    "terraform": (("apply",),),
    "tofu": (("apply",),),
    "pulumi": (("up",),),
    "docker": (("stack", "deploy"), ("service", "update"), ("push",), ("image", "push")),
    "podman": (("push",),),
    "fly": (("deploy",),),
    "flyctl": (("deploy",),),
    "vercel": (("deploy",),),
    "netlify": (("deploy",),),
    "wrangler": (("deploy",), ("publish",)),
    "serverless": (("deploy",),),
    "sls": (("deploy",),),
    "cdk": (("deploy",),),
    "gcloud": (("app", "deploy"), ("run", "deploy"), ("functions", "deploy")),
    "firebase": (("deploy",),),
    "heroku": (("container:release",),),
    "railway": (("up",),),
    "npm": (("publish",),),
    "cap": (("production", "deploy"),),
    "ansible-playbook": ((),),
}


def deployment(command: Command) -> str | None:
    """The words with which a command brings something into production: `kubectl apply`."""
    name = command.name or ""
    if name == "git":
        return _pushed(command)
    known = _DEPLOYS.get(name)
    if known is None or command.has("--dry-run", "--help", "--check", "--syntax-check", "--noop"):
        return None
    valued = "-n --namespace --context --kubeconfig -f --filename -H --host -c --config --project -chdir"
    words = subcommand(command, valued)
    found = next((verb for verb in known if words[: len(verb)] == verb), None)
    return None if found is None else " ".join((name, *found))


# Branches that are deployed, by custom.
_PRODUCTION = frozenset(("main", "master", "production", "prod", "release", "live"))


def _pushed(command: Command) -> str | None:
    words = subcommand(command, "-C -c --git-dir --work-tree -o --push-option")
    branches = {word.rpartition(":")[2].rpartition("/")[2] for word in words[2:]}
    if words[:1] != ("push",) or command.has("--dry-run", "-n") or _PRODUCTION.isdisjoint(branches):
        return None
    return f"git push {' '.join(words[1:3])}"
