"""What may not stand in the tree, and what must: no host of a package registry, no path of one machine, nothing unfinished;
pins that agree with each other; the files that every public repository has."""

from __future__ import annotations

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
# Written in pieces, so that this file does not itself name what it forbids.
REGISTRIES = [".".join(parts) for parts in (
    ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("deb", "debian", "org"),
    ("security", "debian", "org"), ("proxy", "golang", "org"), ("crates", "io"), ("npmmirror", "com"),
    ("pypi", "tuna", "tsinghua", "edu", "cn"), ("mirrors", "aliyun", "com"),
)]  # fmt: skip
MACHINE_PATHS = re.compile(
    "(?<![\\w./}>-])/(?:" + "|".join(["work", "root", "home", "opt/pypi", "opt/wheels", "tm" + "p"]) + ")/"
)
UNFINISHED = re.compile(r"\b(?:" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]) + r")\b")
MUST_STAND = (
    "README.md", "README.zh-CN.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "GLOSSARY.md", "CHANGELOG.md", "SECURITY.md",
    "LICENSE", "publiccode.yml", "Makefile", ".ci/run", "constraints.txt",
)  # fmt: skip


@cache
def _texts() -> dict[str, str]:
    """Every file git knows or would take, that is text: path → content."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout.decode()
    found = {}
    for name in filter(None, listed.split("\0")):
        try:
            found[name] = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue  # a picture, an archive, or removed since the listing
    return found


def _hits(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in _texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_registry_host() -> None:
    """Where packages come from is the machine's setting: a tree that names a host breaks behind another city's wall."""
    assert not (hits := _hits(re.compile("|".join(map(re.escape, REGISTRIES))))), "\n".join(hits)


def test_no_path_of_one_machine() -> None:
    """A path that exists on one developer's machine is a test that passes only there."""
    assert not (hits := _hits(MACHINE_PATHS)), "\n".join(hits)


def test_nothing_unfinished() -> None:
    """An open point is an issue, not a comment."""
    assert not (hits := _hits(UNFINISHED)), "\n".join(hits)


@pytest.mark.parametrize("name", MUST_STAND)
def test_public_files_stand(name: str) -> None:
    """What a stranger looks for first."""
    assert (ROOT / name).stat().st_size > 0


def test_pins_agree() -> None:
    """Every direct dependency is pinned, and constraints.txt has the same version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [pin for group in project["optional-dependencies"].values() for pin in group]
    locked = dict(line.lower().split("==") for line in (ROOT / "constraints.txt").read_text().splitlines())
    wrong = []
    for pin in [*project["dependencies"], *extras]:
        name, _, version = re.sub(r"\[.*?\]", "", pin).replace("_", "-").lower().partition("==")
        found = locked.get(name) or locked.get(name.replace("-", "_"))
        if not version or found != version:
            wrong.append(f"{pin}: constraints.txt has {found} (write name==version, then `make freeze`)")
    assert not wrong, "\n".join(wrong)


def test_constraints_hold_versions_only() -> None:
    """No host, no path, no editable line: the same file must serve every mirror."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert not [line for line in lines if not re.fullmatch(r"[\w.\-]+==[\w.+!]+", line)]


def test_publiccode() -> None:
    """The keys that publiccode.yml 0.4 demands are there, with the licence of pyproject.toml."""
    entry = yaml.safe_load((ROOT / "publiccode.yml").read_text())
    for key in (
        "publiccodeYmlVersion",
        "name",
        "url",
        "platforms",
        "developmentStatus",
        "softwareType",
        "description",
    ):
        assert entry[key], key
    for language, text in entry["description"].items():
        assert len(text["shortDescription"]) <= 150, language
        assert 150 <= len(text["longDescription"]) <= 10_000, language
        assert text["features"], language
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert entry["legal"]["license"] == project["license"]
    assert entry["softwareVersion"] == project["version"]
    assert entry["maintenance"]["type"] in {"internal", "contract", "community", "none"}
    assert isinstance(entry["localisation"]["localisationReady"], bool)


def test_licence_is_the_published_text() -> None:
    """Mulan PSL v2 in both languages, whole: each of the seven clauses is there twice."""
    text = (ROOT / "LICENSE").read_text()
    clauses = (
        "0. 定义",
        "1. 授予版权许可",
        "2. 授予专利许可",
        "3. 无商标许可",
        "4. 分发限制",
        "5. 免责声明与责任限制",
        "6. 语言",
    )
    english = ("0. Definition", "1. Grant of Copyright", "2. Grant of Patent", "3. No Trademark", "4. Distribution",
               "5. Disclaimer", "6. Language")  # fmt: skip
    assert not [clause for clause in (*clauses, *english) if clause not in text]
