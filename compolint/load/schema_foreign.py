"""Trees against a JSON schema of the project's own, which may use more of the language than ours do.

`compolint.load.schema` compiles what our schemas use; these are left to jsonschema, as draft 7, of which the
later drafts keep most. Nothing is fetched: a schema that refers to another file cannot be used.
"""

import re
from collections.abc import Iterator
from typing import Any

from compolint.load import schema_problems
from compolint.syntax.yaml_nodes import Node


class BadSchema(Exception):
    """A schema that cannot be used; the message goes on after its name."""


def problems(document: Any, root: Node) -> Iterator[schema_problems.Problem]:
    """What is wrong with a tree."""
    from jsonschema.exceptions import SchemaError
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    if not isinstance(document, dict):
        raise BadSchema("is no mapping")
    validator = type(schema_problems.validator(document))
    try:
        validator.check_schema(document)
        yield from schema_problems.problems(validator(document, registry=Registry()), root)
    except SchemaError as error:
        where = "/".join(map(str, error.absolute_path)) or "its top"
        raise BadSchema(f"is no JSON schema, at {where}") from None
    except Unresolvable as error:
        raise BadSchema(f"refers to {error.ref}, which is not in it") from None
    except re.error:
        raise BadSchema("has a pattern that is no regular expression") from None
    except RecursionError:
        raise BadSchema("refers to itself without end") from None
