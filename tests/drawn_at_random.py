"""A small share of what is drawn at random, the same one each time; by `make night` all of it."""

import os

from hypothesis import HealthCheck, settings

#: So many examples of each property, others each time.
EXAMPLES = os.environ.get("STEADY_COHERENCE_EXAMPLES")


def share(cases, few):
    """The first few of some cases, or all of them where more is asked for."""
    return [*cases] if EXAMPLES else [*cases][:few]


def examples(number):
    """Settings of hypothesis for so many examples, or for as many as are asked for."""
    return settings(
        max_examples=int(EXAMPLES or number),
        derandomize=EXAMPLES is None,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


# Those that say nothing of it are drawn alike: not timed, and the same ones each time.
settings.register_profile("project", examples(100))
settings.load_profile("project")
