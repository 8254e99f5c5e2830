"""Lists what users of the packages can name: classes, functions, attributes, with types.

griffe reads the code without running it. `api_diff.py` compares two such lists.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

import griffe

#: The packages, below the folders that they are in.
PACKAGES = {"mews_vouchers_client": "generated", "mews_vouchers": "overlay"}
FIELDS = ("attrs.field", "dataclasses.field")
Object = griffe.Object | griffe.Alias


@dataclass(frozen=True, slots=True)
class Name:
    """One public name.

    Attributes:
        path: How users name it.
        shown: Its signature, or its type and value.
        needed: Whether it is a field that a constructor insists on.
        order: What the constructor takes by position, for a class that attrs makes.
        fields: All that it takes.
        target: Where griffe has it, for rules of griffe's own.
        is_second: Whether it is listed under another path before; that one has its members.
    """

    path: str
    shown: str
    needed: bool
    order: tuple[str, ...]
    fields: tuple[str, ...]
    target: griffe.Object
    is_second: bool = False


def surface(root: Path) -> dict[str, Name]:
    """Return the public names of both packages below a copy of the project, by their paths."""
    loader = griffe.GriffeLoader(
        search_paths=[root / folder for folder in PACKAGES.values()], allow_inspection=False
    )
    modules = [loader.load(package) for package in PACKAGES]
    loader.resolve_aliases(implicit=False, external=False)
    walk = _Walk()
    return {name.path: name for module in modules for name in walk.of(module, module.path)}


class _Walk:
    """Goes through all public paths. Members are listed once: under the path that is exported."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def of(self, found: Object, path: str) -> Iterator[Name]:
        """Yield an object and what it has inside, under the path of users."""
        target = _target(found)
        if target is None or target.package.name not in PACKAGES:
            return
        is_second = target.path in self._seen
        if not isinstance(target, griffe.Attribute | griffe.Function):
            self._seen.add(target.path)
        if not isinstance(target, griffe.Module):  # a module is what is in it
            yield Name(
                path, _shown(target), _needed(target), *_arguments(target), target, is_second
            )
        if not is_second:
            for name, member in self._members(target):
                yield from self.of(member, f"{path}.{name}")

    def _members(self, target: griffe.Object) -> Iterator[tuple[str, Object]]:
        if isinstance(target, griffe.Module):
            # First what is exported: users are to import from there.
            exported = [str(name) for name in target.exports or ()]
            yield from ((name, target.members[name]) for name in exported if name in target.members)
            for name, member in target.members.items():
                if member.is_alias or name in exported or not _public(name):
                    continue
                if member.is_module or target.exports is None:
                    yield name, member
        elif isinstance(target, griffe.Class):
            for name, member in target.all_members.items():
                if _public(name) or name == "__init__":
                    yield name, member


def _target(found: Object) -> griffe.Object | None:
    try:
        return found.final_target if isinstance(found, griffe.Alias) else found
    except griffe.GriffeError:  # an alias of something outside
        return None


def _public(name: str) -> bool:
    return not name.startswith("_")


def _needed(target: griffe.Object) -> bool:
    return (
        isinstance(target.parent, griffe.Class)
        and _is_of_instances(target)
        and (target.value is None or _is_field_without_default(target.value))
        and "property" not in target.labels
    )


def _is_of_instances(target: Object) -> TypeGuard[griffe.Attribute]:
    # Not `ClassVar`: that is no parameter.
    return isinstance(target, griffe.Attribute) and "instance-attribute" in target.labels


def _is_field_without_default(value: object) -> bool:
    """Recognise `field(...)` of attrs and of dataclasses, and whether a value has to be given."""
    if not isinstance(value, griffe.ExprCall) or value.canonical_path not in FIELDS:
        return False
    given = {part.name for part in value.arguments if isinstance(part, griffe.ExprKeyword)}
    return not given & {"default", "factory", "default_factory", "init"}


def _arguments(target: griffe.Object) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what attrs makes parameters of: by position, and all. griffe knows dataclasses."""
    if not isinstance(target, griffe.Class):
        return (), ()
    made = [one for one in target.decorators if one.callable_path.startswith("attrs.")]
    fields = {
        name: str(member.value)
        for name, member in target.members.items()
        if made and _is_of_instances(member) and member.annotation
        if "init=False" not in str(member.value)
    }
    by_position = (name for name, value in fields.items() if "kw_only=True" not in value)
    is_keyword_only = any("kw_only=True" in str(one.value) for one in made)
    return () if is_keyword_only else tuple(by_position), tuple(fields)


def _shown(target: griffe.Object) -> str:
    """Return what users have to know to use a name."""
    if isinstance(target, griffe.Function):
        return target.signature(return_type=True)
    if isinstance(target, griffe.Class):
        return f"class({', '.join(map(str, target.bases))})"
    if isinstance(target, griffe.Attribute):
        kind = f": {target.annotation}" if target.annotation else ""
        return (kind + (f" = {target.value}" if target.value is not None else "")).strip(": ")
    return ""
