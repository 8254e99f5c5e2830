"""The directive `command-help`: what a command prints for `--help`."""

import os
import subprocess
import sys

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata


class CommandHelp(SphinxDirective):
    """Shows the help of a command of this package, such as `mews-vouchers codes import`."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Return the help as a block of text."""
        _, *names = self.arguments[0].split()
        own = {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1", "COLUMNS": "80"}
        text = subprocess.run(  # noqa: S603 - a command of this package
            [sys.executable, "-m", "mews_vouchers.cli", *names, "--help"],
            env=os.environ | own,
            capture_output=True,
            check=True,
            encoding="utf-8",
        ).stdout
        return [nodes.literal_block(text, text, language="text")]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register this extension."""
    app.add_directive("command-help", CommandHelp)
    return {"parallel_read_safe": True}
