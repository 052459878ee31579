"""The generated files follow the description and nothing else, shown in a copy of the project."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sync_twin

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path("src/cio_sdk")


class Project:
    """A copy of the project, to change and to generate in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("openapi", "scripts", "src"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", folder)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the copy, with the package of the copy."""
        path = os.pathsep.join(str(self.folder / name) for name in ("src", "scripts"))
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(
            [sys.executable, *command],
            check=False,
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def generate(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Run the generator."""
        return self.run("scripts/generate.py", *options)

    def edit(self, path: str | Path, old: str, new: str) -> None:
        """Replace a piece of a file, which must be there."""
        text = (self.folder / path).read_text()
        assert old in text, f"{path} has no {old!r}"
        (self.folder / path).write_text(text.replace(old, new, 1))

    def generated(self) -> dict[str, bytes]:
        """The generated files and their bytes."""
        files = [*(self.folder / PACKAGE / "models").iterdir(), *(self.folder / PACKAGE / "operations").iterdir()]
        found = {str(file.relative_to(self.folder)): file.read_bytes() for file in files if file.is_file()}
        return {**found, "client": (self.folder / PACKAGE / "client.py").read_bytes()}


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy whose description has two more fields of an email, generated anew."""
    project = Project(tmp_path_factory.mktemp("extended"))
    project.edit(
        "openapi/app.yaml",
        "        tracked:\n",
        "        campaign_tag:\n          description: What reports group the email by.\n          type: string\n"
        "        class:\n          description: How urgent it is.\n          type: string\n"
        "          x-also-accepts: [urgency]\n"
        "        tracked:\n",
    )
    done = project.generate()
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy with nothing changed."""
    return Project(tmp_path_factory.mktemp("unchanged"))


# --- A new field -----------------------------------------------------------------------------------------------------


def test_field_when_added_to_the_description_then_it_is_in_the_model_and_on_the_wire(extended: Project) -> None:
    program = (
        "import cio_sdk, json; from cio_sdk import EmailRequest, Identifiers, operations\n"
        "known = dict(to='a@b', identifiers=Identifiers(id=1), transactional_message_id=1, campaign_tag='x')\n"
        "made = [EmailRequest(**known, **more) for more in ({'class_': 'high'}, {'urgency': 'high'})]\n"
        "print(json.dumps([cio_sdk.__file__, *(json.loads(operations.send_email(each).body) for each in made)]))\n"
    )

    done = extended.run("-W", "error", "-c", program)

    assert done.returncode == 0, done.stderr
    file, *bodies = json.loads(done.stdout)
    assert Path(file).is_relative_to(extended.folder)
    assert [body | {"identifiers": 0, "transactional_message_id": 0} for body in bodies] == [
        {"to": "a@b", "identifiers": 0, "transactional_message_id": 0, "campaign_tag": "x", "class": "high"}
    ] * 2


def test_field_when_added_to_the_description_then_its_words_are_in_the_model(extended: Project) -> None:
    source = extended.generated()["src/cio_sdk/models/app.py"].decode()

    assert "campaign_tag: str | None = None\n" in source
    assert '"""What reports group the email by."""' in source


def test_field_when_added_then_only_the_model_differs(extended: Project, unchanged: Project) -> None:
    before, after = unchanged.generated(), extended.generated()

    assert {name for name in before | after if before.get(name) != after.get(name)} == {"src/cio_sdk/models/app.py"}


def test_generator_when_run_twice_then_the_bytes_are_the_same(extended: Project) -> None:
    before = extended.generated()

    done = extended.generate("--check")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert extended.generated() == before


# --- The check -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def disordered(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy with a file edited by hand, a stale one, one that is missing, one left over, and an old twin."""
    project = Project(tmp_path_factory.mktemp("disordered"))
    project.edit(PACKAGE / "models/track.py", "Where a workspace lives.", "Where it lives.")
    project.edit("openapi/common.yaml", "Up to 100 bytes.", "Up to 100 bytes of UTF-8.")
    (project.folder / PACKAGE / "operations/track.py").unlink()
    (project.folder / PACKAGE / "models/old.py").write_text("")
    (project.folder / PACKAGE / "operations/nested").mkdir()
    (project.folder / PACKAGE / "operations/nested/notes.txt").write_text("")
    project.edit(PACKAGE / "async_client.py", "No connection is opened", "None is opened")
    return project


def test_check_when_files_are_not_what_the_description_gives_then_each_is_named(disordered: Project) -> None:
    before = disordered.generated()

    done = disordered.generate("--check")

    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "src/cio_sdk/client.py: stale; run `make generate`",
        "src/cio_sdk/models/common.py: stale; run `make generate`",
        "src/cio_sdk/models/old.py: left over; run `make generate`",
        "src/cio_sdk/models/track.py: stale; run `make generate`",
        "src/cio_sdk/operations/nested/notes.txt: left over; run `make generate`",
        "src/cio_sdk/operations/track.py: stale; run `make generate`",
    ]
    assert disordered.generated() == before


def test_generator_when_files_are_in_disorder_then_it_puts_them_in_order(disordered: Project) -> None:
    done = disordered.generate()

    files = disordered.generated()
    assert done.returncode == 0, done.stderr
    assert "src/cio_sdk/models/old.py" not in files
    assert not (disordered.folder / PACKAGE / "operations/nested/notes.txt").exists()
    assert b"Where a workspace lives." in files["src/cio_sdk/models/track.py"]
    assert b"None is opened" in files["client"]
    assert "src/cio_sdk/operations/track.py" in files


def test_generated_files_when_opened_then_the_first_line_names_the_source_and_the_command(unchanged: Project) -> None:
    for name, content in unchanged.generated().items():
        first = content.decode().partition("\n")[0]
        assert first.startswith("# Generated from "), name
        assert first.endswith(" by `make generate`. Do not edit."), name


# --- What the generator does not understand --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "key"),
    [
        ("track", "      required: [device]\n", "      required: [device]\n      maxLenth: 5\n", "maxLenth"),
        ("track", "          type: integer\n", "          type: integer\n          multipleOf: 9\n", "multipleOf"),
        ("track", "      x-repeat: safe\n", "      x-repeat: safe\n      x-retry: no\n", "x-retry"),
        ("track", "        find_region: {}", "        find_region: {return: url}", "return"),
        ("track", "    get:\n      operationId", "    patch:\n      operationId", "patch"),
        ("common", "      x-max-bytes: 150\n", "      x-max-byte: 150\n", "x-max-byte"),
        ("track", "        x-argument: attributes\n", "        x-argumnt: attributes\n", "x-argumnt"),
        ("track", "      in: path\n", "      in: path\n      x-nullable: true\n", "x-nullable"),
        ("track", "x-repeat: deduplicated", "x-repeat: sometimes", "sometimes"),
    ],
)
def test_generator_when_the_description_has_a_key_it_does_not_know_then_it_refuses_it_by_name(
    unchanged: Project, file: str, old: str, new: str, key: str
) -> None:
    description = unchanged.folder / "openapi" / f"{file}.yaml"
    before, files = description.read_text(), unchanged.generated()
    try:
        unchanged.edit(description, old, new)
        done = unchanged.generate("--check")
    finally:
        description.write_text(before)

    assert done.returncode == 1
    assert f"{file}.yaml" in done.stderr
    assert repr(key) in done.stderr
    assert unchanged.generated() == files


def test_twin_when_a_substitution_matches_nothing_any_more_then_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "async_client.py").write_text("class AsyncClient: ...\n")

    with pytest.raises(ValueError, match="nothing matches"):
        sync_twin.convert(tmp_path, {"async_client.py": "client.py"})
