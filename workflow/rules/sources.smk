import os
import sys
from pathlib import Path

here = Path.cwd()
for folder in (here, Path(str(workflow.current_basedir))):
    for letter in ":{}":
        if letter in str(folder):
            why = f"has a {letter} in its path, which PATH and Snakemake do not take: rename it"
            sys.exit(f"Error: the folder {folder} {why}")

# Packages are found in `src` of the folder that this runs in, in that of this workflow, or among the
# installed ones: here, and in every job.
folders = (here / "src", Path(str(workflow.current_basedir), "../../src").resolve())
sources = [str(folder) for folder in dict.fromkeys(folders) if folder.is_dir()]
sys.path[:0] = sources
others = os.environ.get("PYTHONPATH", "").split(os.pathsep)
os.environ.update(PYTHONPATH=os.pathsep.join(dict.fromkeys([*sources, *filter(None, others)])))
