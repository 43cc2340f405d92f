"""What instructions say about the image itself: its variables, user, folder, shell, healthcheck and ports."""

from compolint.load.dockerfile.file import Draft, File
from compolint.load.dockerfile.scope import Scope
from compolint.model.build import Exposed, Given
from compolint.model.values import Ports
from compolint.model.workload import Variable
from compolint.secret import Secret
from compolint.syntax.dockerfile import Instruction, Pair, exposed
from compolint.text import Span
from compolint.unknown import Maybe, Unknown


def variables(file: File, instruction: Instruction, draft: Draft | None) -> None:
    """ENV and ARG: the values of one ENV see what held before it, those of one ARG see one another."""
    scope = draft.scope if draft else file.scope
    is_argument = instruction.keyword == "ARG"
    said: list[tuple[str, Given]] = []
    for pair in instruction.pairs:
        name = pair.name.text
        value = _variable(file, pair, scope, draft, is_argument)
        if is_argument and name in file.arguments:
            value = file.arguments[name]
        if value is None and draft:
            value = file.scope.get(name)
        if value is not None:
            said.append((name, value))
        if is_argument or pair is instruction.pairs[-1]:
            for name, known in said:
                scope.set(name, known)
            said.clear()


def _variable(file: File, pair: Pair, scope: Scope, draft: Draft | None, is_argument: bool) -> Given | None:
    name, at = pair.name.text, file.at(pair.name.span)
    owner, keyword = draft.key if draft else file.key, "ARG" if is_argument else "ENV"
    spans = {"name": at}
    value: Maybe[str] | None = None
    outside: Span | None = None
    if pair.value is not None:
        spans["value"] = file.at(pair.value.span)
        value = scope.fill(pair.value.text, spans["value"])
        outside = file.outside(spans["value"])
    # What comes from outside is not this file's own, and may be a secret there.
    own = Unknown(pair.value.text, spans["value"]) if pair.value and outside else value
    file.found.append(
        Variable(
            key=file.unique(f"{owner}!{keyword}.{name}"),
            span=at,
            spans=spans,
            owner=owner,
            owner_name=(draft and draft.name) or file.name,
            name=name,
            value=Secret(own) if isinstance(own, str) else own,
            written=Secret(pair.value.text) if pair.value else None,
            given_by="ARG" if is_argument else "ENV",
        )
    )
    return None if value is None else Given(value, outside or spans["value"])


def labels(file: File, instruction: Instruction, draft: Draft) -> None:
    for pair in instruction.pairs:
        name = pair.name.text.strip("\"'")
        if pair.value is None or not name:
            continue
        at, there = file.at(pair.name.span), file.at(pair.value.span)
        value = draft.scope.fill(pair.value.text, there)
        file.found.append(
            Variable(
                key=file.unique(f"{draft.key}!LABEL.{name}"),
                span=at,
                spans={"name": at, "value": there},
                owner=f"{draft.key}!labels",
                owner_name=draft.name or file.name,
                name=name,
                value=Secret(value) if isinstance(value, str) else value,
                written=Secret(pair.value.text),
                given_by="label",
            )
        )


def user(file: File, instruction: Instruction, draft: Draft) -> None:
    text, at = _only(file, instruction, draft)
    draft.say("user", text, at)
    draft.said["user_stated"] = True


def workdir(file: File, instruction: Instruction, draft: Draft) -> None:
    text, at = _only(file, instruction, draft)
    path = text if isinstance(text, Unknown) else joined(draft.said.get("workdir"), text)
    draft.spans[f"workdirs.{len(draft.workdirs)}"] = at
    draft.workdirs.append(path)
    draft.say("workdir", path, at)


def shell(_: File, instruction: Instruction, draft: Draft) -> None:
    draft.shell = tuple(word.text for word in instruction.arguments)


def healthcheck(file: File, instruction: Instruction, draft: Draft) -> None:
    is_on = instruction.arguments[0].text.upper() != "NONE"
    draft.say("healthcheck", is_on, file.at(instruction.span))
    draft.started.pop("HEALTHCHECK", None)
    if is_on:
        draft.started["HEALTHCHECK"] = instruction


def expose(file: File, instruction: Instruction, draft: Draft) -> None:
    for word in instruction.arguments:
        at = file.at(word.span)
        text = draft.scope.fill(word.text, at)
        if isinstance(text, Unknown):
            _expose(file, draft, word.text, at, text, "tcp")
        elif port := exposed(text):
            _expose(file, draft, word.text, at, Ports(port.first, port.last), port.protocol)
        elif text:
            file.refuse("EXPOSE takes ports such as 80, 80/udp or 8000-8010", at)


def _expose(file: File, draft: Draft, written: str, at: Span, ports: Maybe[Ports], protocol: str) -> None:
    file.found.append(
        Exposed(
            key=file.unique(f"{draft.key}!EXPOSE.{written}"),
            span=at,
            owner=draft.key,
            build=file.key,
            stage=draft.number,
            ports=ports,
            protocol=protocol,
        )
    )


def _only(file: File, instruction: Instruction, draft: Draft) -> tuple[Maybe[str], Span]:
    word = instruction.arguments[0]
    at = file.at(word.span)
    return draft.scope.fill(word.text, at), at


def joined(folder: Maybe[str] | None, path: str) -> Maybe[str]:
    """A path of an image that may be relative to a folder."""
    if is_absolute(path) or folder is None:
        return path
    path = path.removeprefix("./")
    if isinstance(folder, Unknown):
        return Unknown(f"{folder.text}/{path}", folder.span, folder.names, folder.head, f"/{path}")
    return f"{folder.rstrip('/')}/{path}" if path.strip(".") else folder


def is_absolute(path: str) -> bool:
    return path.startswith(("/", "\\")) or path[1:2] == ":"
