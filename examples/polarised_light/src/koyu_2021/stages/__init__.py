"""The stages that are this paper's own; the others are those of the machinery."""
