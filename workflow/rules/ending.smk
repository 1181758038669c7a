import gc
import threading

# What is there by now is no garbage: it would be looked through when Snakemake ends, for longer than many a job takes.
gc.freeze()


def cancel_timers():
    """End at once: timers that count the jobs started in a second would be waited for."""
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.cancel()


onsuccess:
    cancel_timers()


onerror:
    cancel_timers()
