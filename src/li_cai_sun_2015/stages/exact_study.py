"""Compute the study of thermal baths that is kept."""

from li_cai_sun_2015.data import exact_study
from paper_replication.files import write_json


def main(output: str) -> None:
    """Compute the study of thermal baths that is kept."""
    study = exact_study.exact_study()
    if exact_study.KEPT.exists() and exact_study.agree(study, exact_study.kept()):
        print(f"The study agrees with {output}, which is left as it is.")
        return
    write_json(study, output)
    print(f"The study is new: {output}")
