"""COPY and ADD: what they bring into a stage, and from where."""

from collections.abc import Iterable

from compolint.load.dockerfile.file import Draft, File
from compolint.load.dockerfile.settings import is_absolute, joined
from compolint.model import Entity
from compolint.model.build import Copied
from compolint.syntax.dockerfile import Instruction
from compolint.unknown import Maybe, Unknown

_REMOTE = ("http://", "https://", "git@", "git://", "ssh://")


def copy(file: File, instruction: Instruction, draft: Draft) -> None:
    *sources, target = instruction.arguments
    spans = {"target": file.at(target.span)}
    heredocs = {heredoc.name for heredoc in instruction.heredocs}
    texts: list[Maybe[str]] = []
    for word in sources:
        if not (heredocs and word.text.lstrip("<-").strip("'\"") in heredocs):
            at = spans[f"sources.{len(texts)}"] = file.at(word.span)
            texts.append(draft.scope.fill(word.text, at))
    said: dict[str, str | None] = {}
    for flag in instruction.flags:
        said[flag.name] = flag.value
        spans["from_" if flag.name == "from" else flag.name] = file.at(flag.value_span)
    if origin := said.get("from"):
        file.sources.append((origin, spans["from_"], draft, len(file.found)))
    chmod, folder = said.get("chmod"), draft.said.get("workdir")
    written = draft.scope.fill(target.text, spans["target"])
    is_known = isinstance(written, str)
    file.found.append(
        Copied(
            key=file.unique(f"{draft.key}!{instruction.keyword}.{target.text}"),
            span=file.at(instruction.span),
            spans=spans,
            owner=draft.key,
            build=file.key,
            stage=draft.number,
            instruction="ADD" if instruction.keyword == "ADD" else "COPY",
            sources=tuple(texts),
            target=joined(folder, written) if isinstance(written, str) else written,
            from_=origin,
            checksum="checksum" in said,
            chmod=None if chmod is None else draft.scope.fill(chmod, spans["chmod"]),
            relative_target_undefined=folder is None and is_known and not is_absolute(str(written)),
        )
    )


def local_sources(found: Iterable[Entity]) -> list[str]:
    """What is copied from the folder that the build is given."""
    return [
        source
        for copied in found
        if isinstance(copied, Copied) and copied.from_ is None
        for source in copied.sources
        if not isinstance(source, Unknown) and not source.startswith(_REMOTE)
    ]
