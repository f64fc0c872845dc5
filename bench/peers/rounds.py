"""What every peer shares: its task, and the rounds that ../contender.ts asks for.

A peer's arguments are the task as JSON and how many threads it may use. For every line on standard input, a number, it runs
that many steps and prints their seconds and its peak memory as one line of JSON.
"""
import json
import resource
import sys
import time

TASK = json.loads(sys.argv[1])
THREADS = int(sys.argv[2])


def serve(step, checks, clock=time.perf_counter):
    """Runs and times steps; `checks()`, asked once after the first step, shows that all contenders do the same work."""
    checked = None
    for line in sys.stdin:
        seconds = []
        for _ in range(int(line)):
            start = clock()
            step()
            seconds.append(clock() - start)
            checked = checked or checks()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"seconds": seconds, "peakBytes": peak, "checks": checked}, allow_nan=False), flush=True)
