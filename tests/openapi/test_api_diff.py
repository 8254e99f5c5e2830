"""`make api-diff`: what users can name, what changed about it, and which version follows."""

import copy
import io
import json
import subprocess
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from comparison import api_diff, api_surface
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.compared import Folder
from tests.support.hypothesis_profiles import UNSHRUNK, examples
from tests.support.paths import ROOT
from tests.support.schema_keywords import KEYWORDS, planted
from tests.support.vendor_docs import Edit, Node, places, properties, schema
from tests.support.vendor_states import STATES, State

pytestmark = pytest.mark.source

GIT = ("git", "-c", "user.name=Nobody", "-c", "user.email=nobody@example.com")
OLD = {
    "overlay/mews_vouchers/__init__.py": """
from ._client import Client
from ._values import limit, size
from ._vouchers import Vouchers
__all__ = ["Client", "Vouchers", "limit", "size"]
""",
    "overlay/mews_vouchers/_values.py": """
def limit(count: int, *, pause: float = 1.0) -> int: ...
def size(text: str) -> int: ...
def not_exported() -> None: ...
""",
    "overlay/mews_vouchers/_vouchers.py": """
class Vouchers:
    def add(self, vouchers: list[str], *, enterprise_id: str | None = None) -> None: ...
""",
    "overlay/mews_vouchers/_client.py": """
from ._vouchers import Vouchers
class Client:
    def __init__(self, token: str) -> None:
        self.vouchers = Vouchers(token)
    def _hidden(self) -> None: ...
""",
    "generated/mews_vouchers_client/__init__.py": "__all__ = []",
    "generated/mews_vouchers_client/models/__init__.py": """
from .voucher import Voucher
__all__ = ("Voucher",)
""",
    "generated/mews_vouchers_client/models/voucher.py": """
from typing import ClassVar
from attrs import define as _attrs_define, field
@_attrs_define
class Voucher:
    id: str
    name: str | None = None
    def to_dict(self) -> dict[str, object]: ...
""",
}
VALUES = "overlay/mews_vouchers/_values.py"
RESOURCE = "overlay/mews_vouchers/_vouchers.py"
MODEL = "generated/mews_vouchers_client/models/voucher.py"
LIMIT = "mews_vouchers.limit"
VOUCHER = "mews_vouchers_client.models.Voucher"
#: The part of the CHANGELOG, and whether users may have to change something.
CHANGED, BROKEN, REMOVED = ("Changed", False), ("Changed", True), ("Removed", True)


def project(root: Path, *edits: tuple[str, str, str], version: str = "0.4.2") -> Path:
    """Create a small project with both packages, after edits: file, before, after."""
    files = {"pyproject.toml": f'[project]\nversion = "{version}"\n', **OLD}
    for name, before, after in edits:
        assert before in files[name]
        files[name] = files[name].replace(before, after)
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def changes(tmp_path: Path, *edits: tuple[str, str, str]) -> dict[str, tuple[str, bool]]:
    """Return what edits do to the public names: the section, and whether it breaks users."""
    old = api_surface.surface(project(tmp_path / "old"))
    new = api_surface.surface(project(tmp_path / "new", *edits))
    return {one.path: (one.section, one.breaking) for one in api_diff.compare(old, new)}


def test_the_surface_is_what_users_can_name(tmp_path: Path) -> None:
    """Exported names and their members, also those that a constructor assigns; nothing private."""
    names = api_surface.surface(project(tmp_path))
    assert set(names) == {
        "mews_vouchers.Client",
        "mews_vouchers.Client.__init__",
        "mews_vouchers.Client.vouchers",
        "mews_vouchers.Vouchers",
        "mews_vouchers.Vouchers.add",
        "mews_vouchers.limit",
        "mews_vouchers.size",
        "mews_vouchers_client.models.Voucher",
        "mews_vouchers_client.models.Voucher.id",
        "mews_vouchers_client.models.Voucher.name",
        "mews_vouchers_client.models.Voucher.to_dict",
        "mews_vouchers_client.models.voucher.Voucher",
    }
    assert "enterprise_id: str | None = None" in names["mews_vouchers.Vouchers.add"].shown


@pytest.mark.parametrize(
    ("edit", "path", "outcome"),
    [
        ((VALUES, "not_exported", "other"), "", None),
        ((VALUES, "int: ...\ndef size", 'int:\n    """Words."""\ndef size'), "", None),
        ((VALUES, "1.0)", "1.0, more: int = 1)"), LIMIT, CHANGED),
        ((VALUES, "pause: float", "pause: float | None"), LIMIT, CHANGED),
        ((VALUES, "count: int", "count: str"), LIMIT, BROKEN),
        ((VALUES, "pause: float = 1.0", "pause: float"), LIMIT, BROKEN),
        ((VALUES, "pause: ", "wait: "), LIMIT, BROKEN),
        ((VALUES, "(text: str) -> int", "(text: str) -> str"), "mews_vouchers.size", BROKEN),
        ((VALUES, "def size", "def length"), "mews_vouchers.size", REMOVED),
        (
            (RESOURCE, "vouchers: list", "codes: list"),
            "mews_vouchers.Vouchers.add",
            BROKEN,
        ),
        ((RESOURCE, "None)", "None, a: str = '')"), "mews_vouchers.Vouchers.add", CHANGED),
        (
            (MODEL, "= None\n", "= None\n    blorpwick: str = ''\n"),
            f"{VOUCHER}.blorpwick",
            ("Added", False),
        ),
        ((MODEL, "id: str", "id: str = field()"), f"{VOUCHER}.id", BROKEN),
        ((MODEL, "id: str", "id: int"), f"{VOUCHER}.id", BROKEN),
        ((MODEL, "    name: str | None = None\n", ""), f"{VOUCHER}.name", REMOVED),
    ],
)
def test_every_change_of_a_public_name_is_classified(
    edit: tuple[str, str, str], path: str, outcome: tuple[str, bool] | None, tmp_path: Path
) -> None:
    """Names, signatures and types, added, changed and removed; not private names or comments."""
    assert changes(tmp_path, edit) == ({path: outcome} if path else {})


@pytest.mark.parametrize(
    "spelling",
    [
        "None | str",
        "Optional[str]",
        "typing.Optional[str]",
        "Union[None, str]",
        "'str | None'",
        "'typing.Union[str, None]'",
    ],
)
def test_another_notation_of_a_type_is_no_change(spelling: str, tmp_path: Path) -> None:
    """For fields, parameters and results: order, quotes, and the path of a name."""
    fields = (MODEL, "name: str | None", f"name: {spelling}")
    parameters = (RESOURCE, "enterprise_id: str | None", f"enterprise_id: {spelling}")
    generic = (RESOURCE, "list[str]", "typing.List['str']")
    assert changes(tmp_path, fields, parameters, generic) == {}


@pytest.mark.parametrize("after", ["str", "list[str | None]", "Optional[int]", "'bytes | None'"])
def test_another_type_is_a_change_in_any_notation(after: str, tmp_path: Path) -> None:
    """Users who read or write the field may have to change something."""
    edit = (MODEL, "name: str | None", f"name: {after}")
    assert changes(tmp_path, edit) == {f"{VOUCHER}.name": BROKEN}


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        # Class attributes are not arguments, wherever they are.
        ("id: str", "KIND: ClassVar[str] = 'v'\n    id: str", {".KIND": ("Added", False)}),
        ("= None\n", "= None\n    KIND: ClassVar[str]\n", {".KIND": ("Added", False)}),
        # A new required field, and a new field before the others: both break.
        ("= None\n", "= None\n    blorpwick: str\n", {".blorpwick": ("Added", True)}),
        (
            "= None\n",
            "= None\n    blorpwick: str = field(repr=False)\n",
            {".blorpwick": ("Added", True)},
        ),
        (
            "= None\n",
            "= None\n    blorpwick: str = field(default='')\n",
            {".blorpwick": ("Added", False)},
        ),
        (
            "id: str",
            "id: str\n    blorpwick: str = ''",
            {".blorpwick": ("Added", False), "": BROKEN},
        ),
        (
            "id: str",
            "id: str\n    blorpwick: str = field(default='', kw_only=True)",
            {".blorpwick": ("Added", False)},
        ),
        (
            "id: str\n    name: str | None = None\n",
            "name: str | None = None\n    id: str\n",
            {"": BROKEN},
        ),
        # If all are keyword-only, a new one may be anywhere. Making them keyword-only breaks.
        ("@_attrs_define\n", "@_attrs_define(kw_only=True)\n", {"": BROKEN}),
    ],
)
def test_the_arguments_of_a_model_keep_their_positions(
    before: str, after: str, outcome: dict[str, tuple[str, bool]], tmp_path: Path
) -> None:
    """Users may pass fields by position: another order would put values into other fields."""
    found = changes(tmp_path, (MODEL, before, after))
    assert found == {f"{VOUCHER}{name}": change for name, change in outcome.items()}


def test_arguments_by_keyword_may_come_in_any_order(tmp_path: Path) -> None:
    """A keyword-only field before others moves no user's arguments."""
    keywords = (MODEL, "@_attrs_define\n", "@_attrs_define(kw_only=True)\n")
    old = api_surface.surface(project(tmp_path / "old", keywords))
    edits = keywords, (MODEL, "id: str", "blorpwick: str = ''\n    id: str")
    new = api_surface.surface(project(tmp_path / "new", *edits))
    (change,) = api_diff.compare(old, new)
    assert (change.path, change.section, change.breaking) == (
        f"{VOUCHER}.blorpwick",
        "Added",
        False,
    )


def test_a_removed_class_is_one_change(tmp_path: Path) -> None:
    """Its members are not reported separately."""
    models = "generated/mews_vouchers_client/models/__init__.py"
    found = changes(
        tmp_path,
        (models, "from .voucher import Voucher\n", ""),
        (models, '"Voucher",', ""),
        (MODEL, "class Voucher:", "class _Voucher:"),
    )
    assert found == {
        "mews_vouchers_client.models.Voucher": REMOVED,
        "mews_vouchers_client.models.voucher.Voucher": REMOVED,
    }


def test_the_loss_of_one_of_two_paths_is_a_change(tmp_path: Path) -> None:
    """Some users import by that path; the other one is as it was, with all members."""
    models = "generated/mews_vouchers_client/models/__init__.py"
    exported = [(models, "from .voucher import Voucher\n", ""), (models, '"Voucher",', "")]
    assert changes(tmp_path / "1", *exported) == {"mews_vouchers_client.models.Voucher": REMOVED}
    moved = (MODEL, "from typing", "__all__ = []\nfrom typing")
    assert changes(tmp_path / "2", moved) == {
        "mews_vouchers_client.models.voucher.Voucher": REMOVED
    }


@pytest.mark.parametrize(
    ("version", "nothing", "adding", "breaking"),
    [("0.4.2", "0.4.2", "0.4.3", "0.5.0"), ("1.4.2", "1.4.2", "1.5.0", "2.0.0")],
)
def test_the_version_follows_from_the_gravest_change(
    version: str, nothing: str, adding: str, breaking: str
) -> None:
    """Semantic versions; before 1.0 a breaking change is the middle number."""
    add, remove = (api_diff.Change(None, None, breaking=grave) for grave in (False, True))
    assert api_diff.next_version(version, []) == nothing
    assert api_diff.next_version(version, [add]) == adding
    assert api_diff.next_version(version, [add, remove]) == breaking


def test_a_revision_is_compared_with_the_files_as_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command prints a draft of the entry, or that no new version is needed."""
    root = project(tmp_path)
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "Release"]):
        subprocess.run([*GIT, *command], cwd=root, check=True)
    assert api_diff.main(["HEAD", "--root", str(root)]) == 0
    assert "no new version needed" in capsys.readouterr().out
    project(root, (VALUES, "def size", "def length"), (MODEL, "id: str", "id: str = ''"))
    assert api_diff.main(["HEAD", "--root", str(root)]) == 0
    text = capsys.readouterr().out
    assert "Since HEAD (0.4.2): 2 changes of names and of the contract, 2 of them breaking" in text
    assert "Version that follows: 0.5.0" in text
    assert "### Changed\n\n- **Breaking:** `mews_vouchers_client.models.Voucher.id`" in text
    assert "### Removed\n\n- **Breaking:** `mews_vouchers.size`" in text


# --- the contract


SHIPPED = "generated/mews_vouchers_client/openapi.json"
CONTRACT: Node = json.loads((ROOT / SHIPPED).read_bytes())


def released(root: Path, *edits: tuple[str, str, str], document: Node = CONTRACT) -> Path:
    """Create the small project with a contract, under git as at a release."""
    project(root, *edits)
    (root / SHIPPED).write_text(json.dumps(document), encoding="utf-8")
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "Release"]):
        subprocess.run([*GIT, *command], cwd=root, check=True)
    return root


def since(root: Path, document: Node) -> str:
    """Return what the command prints after a change of the contract."""
    (root / SHIPPED).write_text(json.dumps(document), encoding="utf-8")
    with redirect_stdout(io.StringIO()) as out:
        assert api_diff.main(["HEAD", "--root", str(root)]) == 0
    return out.getvalue()


def edited(edit: Edit) -> Node:
    """Return the contract after an edit."""
    document = copy.deepcopy(CONTRACT)
    edit(document)
    return document


@pytest.mark.parametrize(
    ("limit", "version", "mark"), [(64, "0.5.0", "**Breaking:** "), (256, "0.4.3", "")]
)
def test_a_tighter_limit_breaks_though_no_name_changed(
    limit: int, version: str, mark: str, tmp_path: Path
) -> None:
    """Requests that were accepted may be rejected; a wider limit breaks nobody."""
    root = released(tmp_path)
    assert "no new version needed" in since(root, CONTRACT)
    document = copy.deepcopy(CONTRACT)
    properties(document, "VoucherAddParameters")["Name"]["maxLength"] = limit
    text = since(root, document)
    assert f"Version that follows: {version}" in text
    place = "vouchers/add request VoucherParameters[].Name"
    assert f"### Changed\n\n- {mark}`{place}`: maxLength: 128 → {limit}" in text


def with_property(name: str) -> Node:
    """Return the contract with another required property."""

    def edit(document: Node) -> None:
        properties(document, name)["Blorpwick"] = {"type": "string"}
        schema(document, name)["required"].append("Blorpwick")

    return edited(edit)


def test_a_new_required_property_of_responses_is_an_addition(tmp_path: Path) -> None:
    """It breaks no reader, although the constructor of the model requires it."""
    root = released(tmp_path)
    project(root, (MODEL, "= None\n", "= None\n    blorpwick: str = field(kw_only=True)\n"))
    text = since(root, with_property("Voucher"))
    assert "1 change of names and of the contract, 0 of them breaking" in text
    assert f"### Added\n\n- `{VOUCHER}.blorpwick`: `str = field(kw_only=True)`\n" in text


def test_a_new_required_property_of_requests_breaks(tmp_path: Path) -> None:
    """Every caller has to send it."""
    text = since(released(tmp_path), with_property("VoucherAddParameters"))
    place = "vouchers/add request VoucherParameters[].Blorpwick"
    assert f"### Added\n\n- **Breaking:** `{place}`: new: required string" in text


def test_a_request_that_accepts_no_other_properties_any_more_breaks(tmp_path: Path) -> None:
    """Callers who sent one are rejected."""
    older = edited(lambda it: schema(it, "VoucherAddParameters").pop("additionalProperties"))
    text = since(released(tmp_path, document=older), CONTRACT)
    place = "vouchers/add request VoucherParameters[]"
    assert f"- **Breaking:** `{place}`: closed: no → yes (breaks callers)" in text


def test_a_release_without_its_contract_is_compared_by_names_alone(tmp_path: Path) -> None:
    """Older releases did not include it."""
    root = project(tmp_path)
    released(root)
    (root / SHIPPED).unlink()
    with redirect_stdout(io.StringIO()) as out:
        assert api_diff.main(["HEAD", "--root", str(root)]) == 0
    assert "no new version needed" in out.getvalue()


def breaks(folder: Path, older: Node, newer: Node) -> list[bool]:
    """Return whether a change breaks anybody: as `docs-diff` has it, and as `api-diff` does."""
    news = Folder(folder / "vendor").news(older, newer).news
    text = since(released(folder / "project", document=older), newer)
    return [any("breaks" in line for line in news), "Version that follows: 0.5.0" in text]


@settings(max_examples=examples(15), phases=UNSHRUNK)
@given(data=st.data(), step=st.sampled_from([1, -1]))
def test_it_classifies_keywords_as_docs_diff_does(
    data: st.DataObject, step: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Each keyword, added or removed, anywhere in the contract."""
    keyword = data.draw(st.sampled_from([*KEYWORDS.values()]))
    where = data.draw(st.sampled_from(sorted({place for place, _ in places(CONTRACT)})))
    older, newer = planted(CONTRACT, (where,), keyword.keys)[::step]
    said = breaks(tmp_path_factory.mktemp("both"), older, newer)
    assert said in ([True, True], [False, False])


@pytest.mark.parametrize("state", STATES.values(), ids=list(STATES))
def test_it_classifies_edits_of_the_vendor_as_docs_diff_does(state: State, tmp_path: Path) -> None:
    """Properties, types, names and operations that are added, removed or changed."""
    expected = any("breaks" in line for line in state.expected)
    assert breaks(tmp_path, CONTRACT, edited(state.edit)) == [expected, expected]


@pytest.mark.parametrize("revision", ["no-such-revision", "--output=x", ""])
def test_an_unknown_revision_is_one_clear_line(
    revision: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Any argument is used as the name of a revision, never as an option of git."""
    assert api_diff.main(["--", revision]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: {revision}: ")
    assert len(error.splitlines()) == 1


def test_the_packages_as_they_are_can_be_listed() -> None:
    """Both packages are read completely: every model, every operation, both clients."""
    names = api_surface.surface(ROOT)
    assert "mews_vouchers_client.models.VoucherCode.value" in names
    assert "mews_vouchers_client.api.vouchers.get_all.sync_detailed" in names
    for client in ("VoucherClient", "AsyncVoucherClient"):
        assert f"mews_vouchers.{client}.voucher_codes" in names
    for resource in ("VoucherCodes", "AsyncVoucherCodes"):
        shown = names[f"mews_vouchers.{resource}.get_all"].shown
        assert "voucher_ids: Iterable[str]" in shown
