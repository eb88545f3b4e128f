"""Photos that come at once take turns, step by step.

Decoding and each run of a network take most memory. One step at a time in a process, so several
photos need hardly more memory than one; and as a turn is one step and not a whole photo, a slow
photo does not keep the others waiting until it is done. Requests without photos never wait.
"""

from __future__ import annotations

import threading

TURN = threading.Semaphore(1)
