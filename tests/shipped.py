"""The project as it is shipped, whatever its user has put into `config` since."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

#: Those of config/variants.
VARIANTS = (
    *("complex_phase", "current_noise", "distant_atoms", "leads", "lorentzian", "ohmic"),
    *("paper", "partial_interference", "quick", "sweep"),
)


def copy(folder, parts):
    """Copy some files and folders of the project, of its variants those that are shipped."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for part in parts:
        if part == "config":
            (folder / "config/variants").mkdir(parents=True)
            (folder / "config/config.yaml").write_text("variants: [paper]\n")
            for name in VARIANTS:
                shutil.copy(ROOT / f"config/variants/{name}.yaml", folder / "config/variants")
        elif (ROOT / part).is_dir():
            # The package has its variants by a link to those of the folder.
            shutil.copytree(ROOT / part, folder / part, symlinks=True)
        else:
            shutil.copy(ROOT / part, folder)
    # As another has the lock.
    (folder / "requirements").mkdir(exist_ok=True)
    shutil.copy(ROOT / "requirements/main.lock", folder / "requirements")
