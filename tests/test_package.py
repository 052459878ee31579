"""What a user installs."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import doc_code
import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def test_the_wheel_holds_the_models_and_py_typed_and_no_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())

    assert {"cio_sdk/models/app.py", "cio_sdk/models/track.py", "cio_sdk/models/common.py"} <= names
    assert {"cio_sdk/operations/app.py", "cio_sdk/operations/track.py", "cio_sdk/py.typed"} <= names
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"cio_sdk", "pytest_cio_sdk"}
    assert not [name for name in names if name.startswith("tests/") or "/test_" in name]


def test_the_wheel_works_in_a_clean_environment(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    program = (
        "import cio_sdk, importlib.util, importlib.metadata as m\n"
        "print(cio_sdk.EmailRequest(to='a@example.com', identifiers={'id': 1}, transactional_message_id=1).to)\n"
        "print(cio_sdk.__version__ == m.version('cio-sdk'), importlib.util.find_spec('starlette'))\n"
        "try: import cio_sdk.sandbox\n"
        "except ImportError as error: print(error)\n"
    )
    shown = subprocess.run([python, "-c", program], check=True, capture_output=True, text=True, cwd=tmp_path).stdout

    assert shown.splitlines()[:2] == ["a@example.com", "True None"]
    assert "cio-sdk[sandbox]" in shown.splitlines()[2]


def test_documented_code_when_checked_against_the_installed_wheel_then_its_types_are_right(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A type checker is stricter with what is installed than with src/: what it imports, it does not export by itself.
    venv.create(tmp_path / "venv")
    (site,) = tmp_path.glob("venv/lib/*/site-packages")
    zipfile.ZipFile(wheel).extractall(site)
    (site / "others.pth").write_text(sysconfig.get_path("purelib"))
    monkeypatch.setattr(doc_code, "BUILD", tmp_path / "docs")
    doc_code.main()
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    settings = {"include": ["docs", "examples"], "venvPath": ".", "venv": "venv"}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))

    check = [sys.executable, "-m", "pyright", "--warnings", "--project", str(tmp_path)]
    done = subprocess.run(check, check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout


def test_the_package_imports_nothing_that_an_extra_brings() -> None:
    program = "import sys, cio_sdk; print({'starlette', 'uvicorn', 'aiohttp'} & sys.modules.keys())"
    shown = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout

    assert shown.strip() == "set()"
