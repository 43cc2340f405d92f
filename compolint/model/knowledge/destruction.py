"""Commands after which files, disks, volumes or clusters are gone.

rm(1), dd(1), find(1), mkfs(8) https://man7.org/linux/man-pages, https://docs.docker.com/reference/cli,
https://kubernetes.io/docs/reference/kubectl, https://developer.hashicorp.com/terraform/cli
"""

from compolint.model.command import Command
from compolint.model.knowledge.operands import operands, subcommand
from compolint.pattern import pattern
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown


class Destruction(NamedTuple):
    """What a command deletes, and the word that says so."""

    what: str  # goes on after the program's name
    word: int
    is_total: bool = False  # nothing at all is left
    is_small: bool = False  # one program's folder


_SYSTEM = frozenset((
    "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib64", "/media", "/mnt", "/opt", "/proc", "/root",
    "/run", "/sbin", "/srv", "/sys", "/usr", "/var", "/var/lib", "/var/log", "/usr/bin", "/usr/lib",
    "/var/lib/docker", "/var/lib/postgresql", "/var/lib/mysql", "~",
))  # fmt: skip
_SYSTEM_FOLDERS = _SYSTEM - {"~", "/run", "/mnt", "/media", "/var/log"}
_ALL = frozenset(("/", "/*", "/.", "/.*"))
_RUNNING = ("/run/", "/var/run/")  # empty after each start of the machine
# What is made anew when it is gone.
_REBUILT = pattern(
    r"(?:^|/)(?:tmp|cache|\.cache|caches|__pycache__|node_modules|dist|build|target|\.next|\.nuxt|coverage|\.venv|venv"
    r"|\.tox|\.pytest_cache|\.mypy_cache|\.gradle|logs?|lists)(?:/|$)|\.(?:pid|lock|sock|log|pyc|tmp|bak|zip|deb|gz)$"
)
# shutil.rmtree('/srv')
_RMTREE = pattern(r"\bshutil\.rmtree\(\s*[rR]?['\"]([^'\"]*)['\"]")
_DISK = pattern(r"/dev/(?:sd[a-z]|hd[a-z]|vd[a-z]|xvd[a-z]|nvme\d|mmcblk\d|dm-\d|md\d|mapper/|disk/)")
_WRITES_DISKS = frozenset(
    ("mkswap", "wipefs", "blkdiscard", "sgdisk", "parted", "fdisk", "sfdisk", "shred", "pvremove")
)


def destruction(command: Command) -> Destruction | None:
    """What a command deletes that nobody can bring back."""
    name = command.name or ""
    for target in command.writes:
        if isinstance(target, str) and _DISK.match(target):
            return Destruction(f"writes over the disk {target}", 0)
    if name == "rm":
        return _rm(command)
    if name == ":" and ":" in command.output_to:
        return Destruction("starts itself twice, without end", 0)
    if name.startswith("python"):
        return _python(command)
    if name == "find":
        return _find(command)
    if name == "dd":
        return next(
            (_disk(number, word[3:]) for number, word in _texts(command) if _is_disk_output(word)), None
        )
    if name.startswith("mkfs") or name in _WRITES_DISKS:
        return next((_disk(number, word) for number, word in _texts(command) if _DISK.match(word)), None)
    return _DELETERS[name](command) if name in _DELETERS else None


def _texts(command: Command) -> list[tuple[int, str]]:
    return [(number, word) for number, word in enumerate(command.words) if number and isinstance(word, str)]


def _is_disk_output(word: str) -> bool:
    return word.startswith("of=") and _DISK.match(word[3:]) is not None


def _disk(number: int, path: str) -> Destruction:
    return Destruction(f"writes over the disk {path}", number)


def _rm(command: Command) -> Destruction | None:
    if not command.has("-r", "-R", "--recursive"):
        return None
    for number in operands(command):
        word = command.words[number]
        if found := _deleted(word, number, command):
            return found
    return None


def _python(command: Command) -> Destruction | None:
    """`python3 -c "import shutil; shutil.rmtree('/srv')"`"""
    deleted = ((number, _RMTREE.search(word)) for number, word in _texts(command))
    number, found = next(((number, match) for number, match in deleted if match), (0, None))
    return _deleted(found[1], number, command) if found else None


def _find(command: Command) -> Destruction | None:
    words = [word if isinstance(word, str) else "" for word in command.words]
    action = next((at for at, word in enumerate(words) if _is_deleting(word, words[at + 1 : at + 2])), None)
    if action is None:
        return None
    tests = [word for word in words[:action] if word.startswith("-") and word not in _NO_TESTS]
    start = command.words[1] if len(command.words) > 1 else "."
    if not tests:
        return _deleted(start, 1, command)
    # With a condition only some of it goes, wherever on the machine that is.
    is_all = not isinstance(start, Unknown) and start == "/" and "-maxdepth" not in tests
    return Destruction("deletes files on the whole machine", 1, is_small=True) if is_all else None


def _is_deleting(word: str, behind: list[str]) -> bool:
    """`-delete`, `-exec rm`"""
    return word == "-delete" or (word in _EXECUTE and [each.rpartition("/")[2] for each in behind] == ["rm"])


_EXECUTE = frozenset(("-exec", "-execdir", "-ok", "-okdir"))
_NO_TESTS = frozenset(("-xdev", "-mount", "-depth", "-d"))


def _deleted(word: Maybe[str], number: int, command: Command) -> Destruction | None:
    if isinstance(word, Unknown):
        if command.is_on_host and _is_below_system(word):
            return Destruction(f"deletes {word.head} if {word.text} is empty", number, is_small=True)
        if word.text in {"$HOME", "${HOME}"} and not word.head and word.tail in {"", "/", "/*"}:
            return Destruction("deletes the home of its user", number)
        # `rm -rf $DIR/*` is everything when DIR is empty, which `${DIR:?}` refuses.
        if word.head or not command.is_on_host or word.tail not in {"/", "/*"} or ":?" in word.text:
            return None
        return Destruction(f"deletes everything if {word} is empty", number)
    path = word.rstrip("/") or "/" if word else word
    if path in _ALL or (path.endswith("/*") and path.rstrip("/*") == ""):
        return Destruction("deletes everything", number, is_total=True)
    bare = path.removesuffix("/*")
    if bare in _SYSTEM or (bare.startswith("/home/") and bare.count("/") == 2) or bare.startswith("~"):
        return Destruction(f"deletes {word}", number)
    is_kept = not path.startswith(_RUNNING) and not _REBUILT.search(path)
    is_outside = command.is_on_host and path.startswith("/") and is_kept
    return Destruction(f"deletes {word}", number, is_small=True) if is_outside else None


def _is_below_system(word: Unknown) -> bool:
    """`/srv/$NAME`, but not `/srv/${NAME:?}` and `/srv/app-$NAME`"""
    is_one = word.tail in {"", "/", "/*"} and ":?" not in word.text
    folder = word.head.rstrip("/")
    return is_one and word.head.endswith("/") and (not folder or folder in _SYSTEM_FOLDERS)


_ENGINE_VALUED = "-H --host -c --context --config -f --file -p --project-name --profile --env-file --filter"


def _engine(command: Command) -> Destruction | None:
    words = subcommand(command, _ENGINE_VALUED)
    if words[:2] in {("system", "prune"), ("volume", "prune")} and (
        words[0] == "volume" or command.has("--volumes")
    ):
        return Destruction(f"deletes the volumes that no container uses: {' '.join(words[:2])}", 1)
    if words[:2] in {("volume", "rm"), ("volume", "remove")}:
        return Destruction("deletes volumes with what is in them", 1)
    if words[:2] == ("system", "reset") or (words[:2] == ("swarm", "leave") and command.has("-f", "--force")):
        return Destruction(f"deletes what the engine has: {' '.join(words[:2])}", 1)
    if "down" in words[:2] and command.has("-v", "--volumes"):
        return Destruction("deletes the project's volumes with what is in them", 1)
    return None


def _cluster(command: Command) -> Destruction | None:
    words = subcommand(command, "-n --namespace -f --filename --context --kubeconfig -l --selector")
    if words[:1] == ("delete",) and not command.has("--dry-run"):
        return Destruction(f"deletes {' '.join(words[1:3]) or 'what a file names'} of the cluster", 1)
    return None


def _terraform(command: Command) -> Destruction | None:
    words = subcommand(command)
    is_destroying = words[:1] == ("destroy",) or (words[:1] == ("apply",) and command.has("-destroy"))
    return Destruction("destroys what it has built", 1) if is_destroying else None


def _crontab(command: Command) -> Destruction | None:
    return Destruction("deletes all cron jobs", 1) if command.has("-r") else None


def _storage(command: Command) -> Destruction | None:
    """Volumes, pools and snapshots by the tools of their own: `zfs destroy -r tank/data`."""
    words = subcommand(command)
    name = command.name or ""
    verb = words[:2] if name == "btrfs" else words[:1]
    if name in {"lvremove", "vgremove"} and words:
        return Destruction(f"deletes {words[0]} with what is on it", 0)
    if (name, *verb) in _STORAGE and not command.has("-n"):
        return Destruction(f"deletes what is on it: {' '.join((name, *verb))}", 1)
    if name == "mdadm" and command.has("--zero-superblock"):
        return Destruction("takes a disk out of its array for good", 1)
    return None


_STORAGE = frozenset((("zfs", "destroy"), ("zpool", "destroy"), ("btrfs", "subvolume", "delete")))


def _cloud(command: Command) -> Destruction | None:
    """`aws s3 rb --force s3://data`, `gcloud projects delete app`"""
    words = subcommand(command, "--profile --region --project --account --output --query")
    is_bucket = words[:2] == ("s3", "rb") and command.has("--force")
    is_emptied = words[:2] == ("s3", "rm") and command.has("--recursive") and not command.has("--dryrun")
    if is_bucket or is_emptied:
        return Destruction("deletes all objects of a bucket", 1)
    return Destruction("deletes a project of the cloud", 1) if words[:2] == ("projects", "delete") else None


_DELETERS = {
    **dict.fromkeys(("lvremove", "vgremove", "zfs", "zpool", "btrfs", "mdadm"), _storage),
    **dict.fromkeys(("aws", "gcloud"), _cloud),
    **dict.fromkeys(("docker", "podman", "nerdctl", "docker-compose", "podman-compose"), _engine),
    **dict.fromkeys(("kubectl", "oc"), _cluster),
    **dict.fromkeys(("terraform", "tofu", "terragrunt", "pulumi"), _terraform),
    "crontab": _crontab,
}
