"""What Kring is built from: versions without a known fault, pinned by their bytes, with licences for everybody."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from server import doctor

ROOT = Path(__file__).resolve().parent.parent
FILES = ("requirements.txt", "requirements-dev.txt", "requirements-lint.txt")
PIN = re.compile(r"^([a-z0-9-]+)==([\w.]+)(?: ; [^\\\n]+)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.M)
FREE = re.compile(r"\b(MIT|BSD|Apache|PSF|Python Software Foundation|ISC|0BSD|MPL|Mozilla Public)\b")


def pins(name: str) -> dict[str, str]:
    return {m[1]: m[2] for m in PIN.finditer((ROOT / name).read_text(encoding="utf-8"))}


def direct() -> dict[str, str]:
    said = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    return dict(d.split(";")[0].split("==") for d in said)


def below(versions: dict[str, str]) -> list[str]:
    """The libraries older than their floor."""
    return [n for n, floor in doctor.FLOORS.items() if doctor.number(versions[n]) < doctor.number(floor)]


def test_no_library_is_older_than_the_version_in_which_its_faults_were_mended() -> None:
    installed = {name: importlib.metadata.version(name) for name in doctor.FLOORS}

    assert below(installed) == below(pins("requirements.txt")) == below(direct()) == []
    assert below({**installed, "starlette": "1.3.0", "h11": "0.15.9"}) == ["starlette", "h11"]


def test_make_check_looks_at_the_floors_too() -> None:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    said = subprocess.run(["make", "-n", "check"], cwd=ROOT, env=plain, capture_output=True, text=True, check=True)

    assert "pytest tests/test_dependencies.py" in said.stdout


def test_what_is_installed_is_what_the_project_says() -> None:
    pinned = pins("requirements.txt")

    assert {name: pinned[name] for name in direct()} == direct()
    assert {name: importlib.metadata.version(name) for name in direct()} == direct()


def test_the_parser_of_multipart_bodies_is_not_installed() -> None:
    assert "python-multipart" not in pins("requirements.txt") | pins("requirements-dev.txt")
    assert importlib.util.find_spec("python_multipart") is None
    assert importlib.util.find_spec("multipart") is None


@pytest.mark.parametrize("name", FILES)
def test_requirements_are_pins_with_hashes_and_name_no_host(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")

    assert PIN.sub("", text).strip() == ""  # nothing but pins: no index, no address, no option
    assert len(pins(name)) == text.count("==") - text.count(" == ")
    assert PIN.sub("", "--index-url https://example.org\n" + text).strip() != ""


def test_every_library_that_serves_has_a_licence_that_lets_everybody_use_it() -> None:
    found = {}
    for name in pins("requirements.txt"):
        if not importlib.util.find_spec(name.replace("-", "_")) and name not in _installed():
            continue  # of another platform or an older Python
        about = importlib.metadata.metadata(name)
        kinds = [c.rsplit(" :: ", 1)[1] for c in about.get_all("Classifier") or () if c.startswith("License")]
        found[name] = " ".join([about.get("License-Expression") or "", (about.get("License") or "")[:80], *kinds])

    assert len(found) > 15
    assert {name: said for name, said in found.items() if not FREE.search(said)} == {}
    assert not FREE.search("GNU General Public License v3 (GPLv3)")


def _installed() -> set[str]:
    return {d.metadata["Name"].lower().replace("_", "-") for d in importlib.metadata.distributions()}
