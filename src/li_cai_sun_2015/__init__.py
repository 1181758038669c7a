"""Li, Cai and Sun, Annals of Physics 360, 19 (2015), replicated."""
