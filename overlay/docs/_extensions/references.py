"""References that Sphinx does not resolve itself, to the reference and to that of Python.

Sphinx knows an object by the name under which a page documents it, which is where users import it
from. Annotations name the module that defines it.
"""

import sys
from importlib import import_module

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode
from sphinx.util.typing import ExtensionMetadata

_PYTHON = "https://docs.python.org/3/library/{module}.html#{target}"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register this extension."""
    app.connect("missing-reference", _resolve)
    return {"parallel_read_safe": True}


def _resolve(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.TextElement
) -> nodes.Element | None:
    if node.get("refdomain") != "py":
        return None
    target = node["reftarget"].removesuffix("()")
    owner = ".".join(filter(None, (node.get("py:module"), node.get("py:class"))))
    if name := _documented(env, target, owner):
        entry = env.domains.python_domain.objects[name]
        return make_refnode(
            app.builder, node["refdoc"], entry.docname, entry.node_id, content, name
        )
    if address := _address_in_python(target):
        return nodes.reference("", "", content, refuri=address, internal=False)
    # Backticks in docstrings: most of them are code, and no reference.
    return content if node["reftype"] == "obj" else None


def _documented(env: BuildEnvironment, target: str, owner: str) -> str | None:
    """Return the full name of what is meant: a member of the same class, or the only one."""
    objects = env.domains.python_domain.objects
    if (member := f"{owner}.{target}") in objects:
        return member
    last = target.rpartition(".")[2]
    of_class = [name for name in objects if name.endswith(f".{target}")]
    moved = [name for name in objects if name.endswith(f".{last}") and "." in target]
    found = {*of_class} or {*moved}
    return found.pop() if len(found) == 1 else None


def _address_in_python(target: str) -> str | None:
    """Return the address of something of the standard library; None for anything else."""
    module, _, name = target.rpartition(".")
    if module.partition(".")[0] not in sys.stdlib_module_names:
        return None
    if not hasattr(import_module(module), name):
        return None
    return _PYTHON.format(module=module, target=target)
