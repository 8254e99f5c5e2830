"""The checks of what users get: the sdist and the wheel, built from the commit alone.

`build` puts them into dist/, the other checks read them there.
"""

import hashlib
import os
import shutil
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

from .project import NotReadyError, Project, run

#: Different enough to find a build that depends on them.
_TIME_ZONES = ("UTC", "Pacific/Kiritimati")
_USE = """
import importlib.resources, mews_vouchers, mews_vouchers_client
for package in (mews_vouchers, mews_vouchers_client):
    assert importlib.resources.files(package).joinpath("py.typed").is_file(), package
print(mews_vouchers.__version__)
"""


def build(project: Project) -> str:
    """Two builds, in other folders and time zones, have the same bytes; one is kept."""
    project.dist.mkdir(exist_ok=True)
    for old in _files(project.dist):
        old.unlink()  # so that nothing else is checked if this fails
    with TemporaryDirectory() as folder:
        first, second = (_build(project, Path(folder) / zone, zone) for zone in _TIME_ZONES)
        digests, again = ({one.name: _digest(one) for one in files} for files in (first, second))
        if digests != again:
            differ = sorted(name for name in digests if digests[name] != again.get(name))
            raise NotReadyError(
                f"{', '.join(differ)} differs from build to build",
                "compare them with diffoscope, and remove what depends on time, folder or order",
            )
        for file in first:
            shutil.copy(file, project.dist)
    return "\n".join(f"sha256 {digest} {name}" for name, digest in digests.items())


def page(project: Project) -> str:
    """The package index accepts the metadata, and shows the README."""
    _python(
        ["-m", "twine", "check", "--strict", *_built(project)],
        project.root,
        "python -m twine check --strict dist/*",
    )
    return "twine check --strict"


def contents(project: Project) -> str:
    """The wheel has what it should have, and nothing else."""
    _python(
        ["-m", "check_wheel_contents", _built(project)[0]],
        project.root,
        "python -m check_wheel_contents dist/*.whl",
    )
    return "check-wheel-contents"


def install(project: Project) -> str:
    """The wheel works in a new environment with the locked requirements, and knows its version."""
    wheel, _ = _built(project)
    with TemporaryDirectory() as folder:
        python = Path(folder) / ("Scripts" if os.name == "nt" else "bin") / "python"
        locked = ["--require-hashes", "--requirement", "overlay/requirements/base.txt"]
        for arguments in (
            ["venv", "--quiet", "--clear", "--python", sys.executable, folder],
            ["pip", "install", "--quiet", "--python", folder, *locked],
            ["pip", "install", "--quiet", "--python", folder, "--no-index", "--no-deps", wheel],
            ["pip", "check", "--quiet", "--python", folder],
        ):
            _python(["-m", "uv", *arguments], project.root, "make lock, if it is not up to date")
        use = [str(python), "-I", "-W", "error", "-c", _USE]
        found = run(use, Path(folder), "correct the package")
    if found != project.version:
        raise NotReadyError(
            f"the installed package says that it is {found}", "correct mews_vouchers.__version__"
        )
    return f"imports in a new environment as {found}"


def _build(project: Project, folder: Path, zone: str) -> list[Path]:
    """Build the sdist, and the wheel from it, of the commit; return the paths of both."""
    folder.mkdir(parents=True)
    packed, sources, built = folder / "sources.tar", folder / "sources", folder / "built"
    # Without what is not committed, and without git.
    project.git("archive", "--format=tar", f"--output={packed}", "HEAD")
    with tarfile.open(packed) as archive:
        archive.extractall(sources, filter="data")
    epoch = project.git("log", "-1", "--format=%ct")
    _python(
        ["-m", "build", "--no-isolation", "--outdir", str(built)],
        sources,
        "make build shows the whole message",
        os.environ | {"SOURCE_DATE_EPOCH": epoch, "TZ": zone},
    )
    return _files(built)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _files(folder: Path) -> list[Path]:
    """Return the wheels of a folder, and then the sdists."""
    return [file for pattern in ("*.whl", "*.tar.gz") for file in sorted(folder.glob(pattern))]


def _built(project: Project) -> list[str]:
    """Return the paths of wheel and sdist.

    Raises:
        NotReadyError: There are none.
    """
    files = _files(project.dist)
    if not files:
        raise NotReadyError("not checked: there is no build", "see above")
    return [str(file.resolve()) for file in files]


def _python(
    arguments: list[str], folder: Path, todo: str, environment: dict[str, str] | None = None
) -> None:
    run([sys.executable, *arguments], folder, todo, environment)
