"""Is this commit ready to be released? `make release` tells, and publishes nothing.

- `project.py`: what git, pyproject.toml and the CHANGELOG say.
- `sources.py`: the checks of what is written.
- `artifacts.py`: the checks of what is built from it, and the build.
- `__main__.py`: the table of all checks.
"""
