"""forecasts.py <database> <extension>: does the jobs of the queue 'forecasts' that are there, and ends."""

import json
import os
import statistics
import sys

from honker import call, connect, transaction

WORKER = f"python-{os.getpid()}"  # a name that no other claimer has
LEASE_S = 60

path, extension = sys.argv[1:]
db = connect(path, extension)


def forecast(turnover):
    """The next month, by the line through those before."""
    slope, intercept = statistics.linear_regression(range(len(turnover)), turnover)
    return round(slope * len(turnover) + intercept)


while jobs := json.loads(call(db, "honker_claim_batch", "forecasts", WORKER, 10, LEASE_S)):
    for job in jobs:
        try:
            result = forecast(json.loads(job["payload"])["turnover"])
        except Exception as error:
            call(db, "honker_retry", job["id"], WORKER, 0, str(error), job["attempts"])
            continue
        with transaction(db):  # the result is there when the job is gone, and not before
            call(db, "honker_result_save", job["id"], json.dumps(result), 3600)
            if not call(db, "honker_ack", job["id"], WORKER, job["attempts"]):
                raise RuntimeError(f"the lease of job {job['id']} was lost: somebody else does it")
        print(f"  python      forecast {job['id']} done")
db.close()
