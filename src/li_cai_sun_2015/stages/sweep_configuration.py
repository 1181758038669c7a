"""Write down what the chunks of a sweep depend on, if it is not what the file says."""

from li_cai_sun_2015.chain import write_sweep_configuration


def main(variant: str, output: str) -> None:
    """Write down what the chunks of a sweep depend on, if it is not what the file says."""
    write_sweep_configuration(variant, output)
