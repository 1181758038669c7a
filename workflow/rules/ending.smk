import threading


def cancel_timers():
    """End at once: timers that count the jobs started in a second would be waited for."""
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.cancel()


onsuccess:
    cancel_timers()


onerror:
    cancel_timers()
