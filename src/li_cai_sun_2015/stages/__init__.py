"""The stages of the chain, one module each: paths in, files out.

A rule of the workflow calls one through ``python -m li_cai_sun_2015 STAGE ARGUMENT...`` and depends
on its module; the command ``run`` calls them all. Further stages are in `paper_replication.stages`.
"""
