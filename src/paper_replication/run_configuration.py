"""Configuration of a run: which variants are built."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from annotated_types import Len
from pydantic import AfterValidator, Field

from paper_replication.models import Expected, Model, build, different
from paper_replication.refusals import ConfigurationError, blaming
from paper_replication.strict_yaml import read_yaml

#: Names of variants, of sweeps' figures, and of other files.
FILE_NAME = r"^[A-Za-z0-9_-]{1,64}$"
#: Letters of a file's name that file systems take, with room for what is added while it is written.
LONGEST_NAME = 230
#: A word of Snakemake's --config.
KEY_AND_VALUE = r"[A-Za-z_][\w-]*\w=|base64//"


class RunConfiguration(Model):
    """Keys of config/config.yaml and of --config."""

    variants: Annotated[
        list[
            Annotated[str, Field(pattern=FILE_NAME), Expected("a name of letters, digits, _ and -")]
        ],
        Len(1),
        AfterValidator(different),
        Expected("a list of different variant names that is not empty"),
        Field(description="Names of the variants to build: one name, or a list"),
    ]


def configuration_file(*folders: str | Path) -> str:
    """Find the configuration of a run in the first folder that has it, and check that it is YAML.

    What is no mapping in strict YAML ends the process with one line: where Snakemake asks, nobody
    can catch an exception.
    """
    paths = [Path(folder, "config", "config.yaml") for folder in folders]
    path = next((path for path in paths if path.exists()), paths[0])
    _read(path, "config/config.yaml")
    return str(path)


def _read(path: Path, origin: str) -> None:
    try:
        with blaming(origin):
            if not read_yaml(path):
                raise ConfigurationError("the file is empty, expected variants: [NAME, ...]")
    except ConfigurationError as error:
        raise SystemExit(f"Error: {error}") from None


def refuse_unreadable(words: Sequence[str]) -> None:
    """End the process with one line if Snakemake cannot read a configuration that it is given.

    The words are those of its command line; those behind --config are KEY=VALUE, or encoded by
    Snakemake itself for a job on another machine.
    """
    option = ""
    for word in words:
        if word.startswith("-"):
            option, _, value = word.partition("=")
        else:
            value = word
        if not value:
            continue
        if option in {"--configfile", "--configfiles"}:
            _read(Path(value), f"{option} {value}")
        if option in {"--config", "-C"} and not re.match(KEY_AND_VALUE, value):
            sys.exit(f"Error: {option} {value}: expected KEY=VALUE, such as variants=paper")


def load_configuration(config: Any) -> dict[str, Any]:
    """Check the configuration of a run, as parsed by Snakemake, against `RunConfiguration`.

    One variant may be given as a text. The key ``package``, which paper's package the rules run, is
    theirs to check.
    """
    with blaming("config/config.yaml (or --config)"):
        if isinstance(config, dict):
            config = {str(key): value for key, value in config.items() if key != "package"}
            if isinstance(config.get("variants"), str):
                config["variants"] = [config["variants"]]
        return build(RunConfiguration, config).model_dump()


def comparison_page(variants: Sequence[str]) -> str:
    """Path of the page that has some variants side by side; there is no + in their names.

    A `ConfigurationError` if they are fewer than two, or more than the name of a file can hold.
    """
    name = f"{'+'.join(variants)}.html"
    if len(variants) < 2:
        raise ConfigurationError(f"variants is {variants[0]} alone, expected two names or more")
    if len(name) > LONGEST_NAME:
        raise ConfigurationError(
            f"variants has {len(variants)} names of {len(name)} letters together, "
            f"expected at most {LONGEST_NAME} to compare"
        )
    return f"results/comparison/{name}"
