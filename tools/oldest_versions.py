"""Print the oldest versions that pyproject.toml allows, as constraints for pip."""

import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def oldest_versions() -> list[str]:
    """Return each range with its lower bound as the version: numpy>=2.0,<3 becomes numpy==2.0."""
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    ranges = sum(project["optional-dependencies"].values(), project["dependencies"])
    return [each.partition(",")[0].replace(">=", "==") for each in ranges]


if __name__ == "__main__":
    print(*oldest_versions(), sep="\n")
