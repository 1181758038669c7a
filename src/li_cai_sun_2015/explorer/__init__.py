"""The explorer: a page on which one moves the parameters and watches the steady states."""
