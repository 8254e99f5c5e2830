"""How long do the runners wait for what may never come?"""

#: Seconds that requests and functions in flight get to end when a call is interrupted or cancelled,
#: or when the client is closed.
GRACE_PERIOD = 5.0

#: Seconds without a look at anything else. A signal that arrives just before a thread starts to
#: wait for a queue is only handled when the wait ends, and a sleep does not notice a `close()`.
MAX_WAIT = 1.0
