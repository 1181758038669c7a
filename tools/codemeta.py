"""Write codemeta.json from CITATION.cff and pyproject.toml: python tools/codemeta.py."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]


def agent(author: dict[str, str]) -> dict[str, str]:
    """Person or organisation, from an author of CITATION.cff."""
    if "name" in author:
        return {"@type": "Organization", "name": author["name"]}
    names = {"givenName": author["given-names"], "familyName": author["family-names"]}
    return {"@type": "Person", **names}


def codemeta() -> dict[str, Any]:
    """CodeMeta's words for what the two files say."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found = {
        "@context": "https://w3id.org/codemeta/3.0",
        "@type": "SoftwareSourceCode",
        "name": citation["title"],
        "identifier": project["name"],
        "description": citation["abstract"],
        "version": citation["version"],
        "datePublished": str(citation["date-released"]),
        "license": f"https://spdx.org/licenses/{citation['license']}",
        "author": [agent(author) for author in citation["authors"]],
        "keywords": citation["keywords"],
        "codeRepository": citation.get("repository-code"),
        "programmingLanguage": f"Python {project['requires-python']}",
        "operatingSystem": ["Linux", "macOS"],
        "softwareRequirements": project["dependencies"],
        "referencePublication": [
            {
                "@type": "ScholarlyArticle",
                "name": work["title"],
                "author": [agent(author) for author in work["authors"]],
                "isPartOf": {"@type": "Periodical", "name": work["journal"]},
                "volumeNumber": work["volume"],
                "pageStart": work["start"],
                "pageEnd": work["end"],
                "datePublished": str(work["year"]),
                "url": work["url"],
            }
            for work in citation["references"]
        ],
    }
    return {key: value for key, value in found.items() if value is not None}


def text() -> str:
    """The file."""
    return json.dumps(codemeta(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    (ROOT / "codemeta.json").write_text(text(), "utf-8")
