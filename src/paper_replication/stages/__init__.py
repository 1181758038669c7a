"""Stages that are the same for every paper: `main` takes the name of its package first.

A package that has a stage of the same name does it in its own way.
"""
