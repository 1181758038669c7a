"""Pack results, the code that made them and their origin as an RO-Crate: results/VARIANT/crate.zip.

`make crate` runs this behind a build, in an environment of its own, and checks what it has made
against the profile. A crate has the same bytes whenever it is made: its only date is the release of
this version, in CITATION.cff.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests_cache import CachedSession
from rocrate.model import ContextEntity, Entity
from rocrate.rocrate import ROCrate
from rocrate_validator import services
from rocrate_validator.models import ValidationSettings
from rocrate_validator.utils.uri import URI
from urllib3 import HTTPResponse

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))

from paper_replication.command_line import Job  # noqa: E402
from paper_replication.digests import digest  # noqa: E402
from paper_replication.files import read_json, replacing  # noqa: E402
from paper_replication.provenance import files_below  # noqa: E402
from paper_replication.run_configuration import load_configuration  # noqa: E402
from paper_replication.strict_yaml import read_yaml  # noqa: E402

#: Version and terms of RO-Crate that this is built on.
VERSION = "1.1"
VOCABULARY = f"https://w3id.org/ro/crate/{VERSION}"
#: The most detailed of the profiles of workflow runs, and those that it is built on.
PROFILE = "provenance-run-crate-0.5"
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/ro/wfrun/provenance/0.5": "Provenance Run Crate",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "Workflow RO-Crate",
}
#: What a build needs of the project, beside the configuration.
PARTS = (
    *("CITATION.cff", "LICENSE", "Makefile", "README.md", "Snakefile", "environment.yml"),
    *("config/config.yaml", "profiles", "requirements", "src", "tools", "workflow"),
)
#: Media types by the ends of names; whatever else there is is text.
FORMATS = {
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
    ".nc": "application/x-netcdf",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".yaml": "application/yaml",
}
#: Types of parameters as the profile calls them.
KINDS = {bool: "Boolean", int: "Integer", float: "Float", str: "Text"}


class Crate:
    """A crate that is being filled, of a variant that is built by a paper's package."""

    def __init__(self, package: str, variant: str) -> None:
        self.variant = variant
        self.chain = import_module(f"{package}.chain")
        self.jobs: list[Job] = list(import_module(f"{package}.jobs").jobs(variant))
        self.citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
        self.crate = ROCrate(version=VERSION)
        self.crate.metadata.extra_terms["sha256"] = "http://schema.org/sha256"
        loaded = self.chain.load(variant)
        self.settings = [*self.chain.variant_files(variant), *self.chain.tables_of(loaded)]
        code = (str(path) for path in files_below(*PARTS) if "__pycache__" not in path.parts)
        made = (path for job in self.jobs for path in job.outputs)
        stages = dict.fromkeys(job.stage for job in self.jobs)
        self.tools = {stage: module_of(package, stage) for stage in stages}
        paths = dict.fromkeys((*code, *self.settings, *made))
        self.files = {path: self._file(path) for path in paths if path != "Snakefile"}
        self._about()
        self.workflow = self._workflow()
        self._run()

    def _add(self, place: str, kind: str, /, **properties: Any) -> Entity:
        known = {name: alone(value) for name, value in properties.items()}
        return self.crate.add(ContextEntity(self.crate, place, properties={"@type": kind, **known}))

    def _file(self, path: str) -> Entity:
        known: dict[str, Any] = {}
        if path in self.tools.values():
            known = {"@type": ["File", "SoftwareSourceCode"], "version": self.citation["version"]}
        return self.crate.add_file(path, path, properties=known | of_file(path))

    def _about(self) -> None:
        """Title, date, licence, people and the paper, from CITATION.cff."""
        root, citation = self.crate.root_dataset, self.citation
        root["name"] = f"{citation['title']}: variant {self.variant}"
        root["description"] = citation["abstract"]
        root["datePublished"] = str(citation["date-released"])
        root["version"] = citation["version"]
        root["keywords"] = ", ".join(citation["keywords"])
        root["author"] = alone([self._person(one) for one in citation["authors"]])
        licence = f"https://spdx.org/licenses/{citation['license']}"
        root["license"] = self._add(licence, "CreativeWork", name=citation["license"])
        root["citation"] = alone([self._work(one) for one in citation["references"]])
        root["conformsTo"] = [
            self._add(address, "CreativeWork", name=name, version=address.rpartition("/")[2])
            for address, name in PROFILES.items()
        ]

    def _work(self, one: dict[str, Any]) -> Entity:
        return self._add(
            one["url"],
            "ScholarlyArticle",
            name=one["title"],
            datePublished=str(one["year"]),
            isPartOf=f"{one['journal']} {one['volume']}, {one['start']}-{one['end']}",
            identifier=[each["value"] for each in one["identifiers"]],
            author=[self._person(author) for author in one["authors"]],
        )

    def _person(self, one: dict[str, str]) -> Entity:
        """Person or organization, the same for the same name."""
        name = one.get("name") or f"{one['given-names']} {one['family-names']}"
        kind = "Organization" if "name" in one else "Person"
        return self._add(f"#{name.lower().replace(' ', '-')}", kind, name=name)

    def _workflow(self) -> Entity:
        """The workflow: its rules as steps, its parameters, and the tools that it runs."""
        profile = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"
        known = {
            "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"],
            **of_file("Snakefile"),
            "version": self.citation["version"],
            "conformsTo": {"@id": profile},
        }
        workflow = self.crate.add_workflow(
            "Snakefile", "Snakefile", main=True, lang="snakemake", properties=known
        )
        self.steps = {
            stage: self._add(
                f"#step-{stage}",
                "HowToStep",
                name=stage,
                position=str(position),
                workExample=self.files[path],
            )
            for position, (stage, path) in enumerate(self.tools.items(), start=1)
        }
        workflow["hasPart"] = [self.files[path] for path in self.tools.values()]
        workflow["step"] = list(self.steps.values())
        resolved = read_json(f"results/{self.variant}/configuration.json")
        self.parameters = [self._parameter(*each) for each in leaves(resolved)]
        workflow["input"] = [one["exampleOfWork"] for one in self.parameters]
        return workflow

    def _parameter(self, name: str, value: Any) -> Entity:
        kind = KINDS.get(type(value), "Text")
        formal = self._add(f"#parameter-{name}", "FormalParameter", name=name, additionalType=kind)
        text = value if kind != "Text" or isinstance(value, str) else json.dumps(value)
        actual = self._add(
            f"#value-{name}", "PropertyValue", name=name, value=text, exampleOfWork=formal
        )
        formal["workExample"] = actual
        return actual

    def _run(self) -> None:
        """The run: an action for each job, and what brought them about."""
        actions, controls = [], []
        for number, job in enumerate(self.jobs, start=1):
            action = self._action(
                f"#job-{number}",
                self.files[self.tools[job.stage]],
                [self.files[path] for path in self._reads(job)],
                [self.files[path] for path in job.outputs],
                name=f"{job.stage} {' '.join(job.outputs)}",
                description=" ".join([job.stage, *job.arguments]),
            )
            step = self.steps[job.stage]
            actions.append(action)
            controls.append(
                self._add(f"#control-{number}", "ControlAction", instrument=step, object=action)
            )
        outputs = [self.files[path] for job in self.jobs for path in job.outputs]
        reads = [*(self.files[path] for path in self.settings), *self.parameters]
        name = f"Build of the variant {self.variant}"
        whole = self._action("#run", self.workflow, reads, outputs, name=name, description=name)
        address = "https://snakemake.github.io"
        engine = self._add(
            address,
            "SoftwareApplication",
            name="Snakemake",
            url=address,
            softwareVersion=locked("snakemake"),
        )
        self._add(
            "#organize",
            "OrganizeAction",
            instrument=engine,
            name=f"Snakemake: {name}",
            object=controls,
            result=whole,
        )
        self.crate.root_dataset["mentions"] = [whole, *actions]

    def _action(
        self, place: str, tool: Entity, reads: list[Entity], makes: list[Entity], **properties: str
    ) -> Entity:
        known = {"actionStatus": "http://schema.org/CompletedActionStatus", **properties}
        return self._add(
            place, "CreateAction", **known, instrument=tool, object=reads, result=makes
        )

    def _reads(self, job: Job) -> list[str]:
        """Files that a job reads: among its arguments, or its variant's, or chunks of a sweep."""
        made = set(job.outputs)
        found = [path for path in job.arguments if path in self.files and path not in made]
        chunks = [
            path for path in self.files if Path(path).parent == Path(job.outputs[0]).with_suffix("")
        ]
        return [*found, *chunks] or list(self.settings)

    def write(self, path: Path) -> None:
        """Write the crate as an archive, the same bytes whenever it is made."""
        with TemporaryDirectory() as folder, replacing(path) as partial:
            self.crate.metadata.write(folder)
            metadata = Path(folder, "ro-crate-metadata.json")
            names = (*self.files, "Snakefile")
            members = {metadata.name: metadata, **{name: Path(name) for name in names}}
            with zipfile.ZipFile(partial, "w") as archive:
                for name, source in sorted(members.items()):
                    # The oldest date that there is, and not that of the file.
                    with (
                        source.open("rb") as file,
                        archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member,
                    ):
                        while block := file.read(2**20):
                            member.write(block)


def module_of(package: str, stage: str) -> str:
    """File of a stage: the paper's own, or that of all papers."""
    paths = [f"src/{one}/stages/{stage}.py" for one in (package, "paper_replication")]
    return next(path for path in paths if Path(path).is_file())


def of_file(path: str) -> dict[str, str]:
    """Properties of every file."""
    if not Path(path).is_file():
        sys.exit(f"Error: {path} is missing, expected what `make` makes: run it again")
    if not Path(path).resolve().is_relative_to(Path.cwd().resolve()) or Path(path).is_absolute():
        sys.exit(f"Error: {path} is elsewhere, expected a file of this folder: copy it into config")
    return {
        "name": path,
        "encodingFormat": FORMATS.get(Path(path).suffix, "text/plain"),
        "sha256": digest(path),
        "contentSize": str(Path(path).stat().st_size),
    }


def alone(value: Any) -> Any:
    """The only element of a list that has one, or the value itself."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def leaves(content: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Values of a configuration under their dotted names; a list is one value."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield from leaves(value, f"{name}.{key}" if name else key)
    elif content is not None:
        yield name, content


def locked(package: str) -> str:
    """Version of a package in the lock."""
    text = Path("requirements/main.lock").read_text("utf-8")
    [version] = re.findall(rf"^{package}==(\S+)", text, re.MULTILINE)
    return str(version)


class Shipped(HTTPAdapter):
    """Answers with the vocabulary that rocrate brings along, in place of the network."""

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        """Answer any request with it."""
        body = files("rocrate").joinpath("data/ro-crate.jsonld").read_bytes()
        # That is a later edition; in these terms it differs.
        body = body.replace(b"https://bioschemas.org/terms/", b"https://bioschemas.org/")
        kind = {"Content-Type": "application/ld+json"}
        answer = HTTPResponse(BytesIO(body), kind, 200, preload_content=False)
        return self.build_response(request, answer)


def problems(path: Path) -> list[str]:
    """Required parts of the profile that an archive lacks."""
    with TemporaryDirectory() as folder:
        cache = Path(folder, "cache")
        with CachedSession(str(cache), backend="sqlite") as session:
            session.mount("https://", Shipped())
            session.get(f"{VOCABULARY}/context")
        settings = ValidationSettings(
            rocrate_uri=URI(path), profile_identifier=PROFILE, offline=True, cache_path=cache
        )
        return [str(issue.message) for issue in services.validate(settings).get_issues()]


def main(names: Iterable[str]) -> None:
    """Pack some variants, by default those of config/config.yaml."""
    configured = read_yaml(Path("config/config.yaml"))
    package = configured.get("package", "li_cai_sun_2015")
    for variant in names or load_configuration(configured)["variants"]:
        path = Path("results", variant, "crate.zip")
        Crate(package, variant).write(path)
        if found := problems(path):
            sys.exit("\n".join(f"Error: {path}: {one}" for one in found))
        sys.stdout.write(f"    crate     {path}, as {PROFILE} asks\n")


if __name__ == "__main__":
    main(sys.argv[1:])
