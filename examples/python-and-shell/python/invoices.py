"""invoices.py <database> <extension>: writes invoices, each with its mail, and waits until they are sent."""

import json
import sys

from honker import call, connect, transaction, wait_for

INVOICES = [("alice@example.com", 4200), ("bob@example.com", 990), ("carol at example.com", 12500)]

path, extension = sys.argv[1:]
db = connect(path, extension)


def write_invoice(email, cents):
    """The row and its job: both, or neither."""
    if cents <= 0:
        raise ValueError("an invoice over nothing")
    with transaction(db):
        invoice = db.execute("INSERT INTO invoices (email, cents) VALUES (?, ?)", (email, cents)).lastrowid
        payload = json.dumps({"invoice": invoice, "kind": "invoice"})
        return call(db, "honker_enqueue", "mails", payload, None, None, 0, 3, None)


def outcome(job):
    """What became of a job, or None while nothing has."""
    result = call(db, "honker_result_get", job)
    if result is not None:
        return f"sent to {json.loads(result)['email']}"
    for dead in json.loads(call(db, "honker_dead_list", "mails", job - 1, 1)):
        if dead["id"] == job:
            return f"dead: {dead['last_error']}"
    return None


jobs = [write_invoice(email, cents) for email, cents in INVOICES]
for job in jobs:
    print(f"  python      mail {job}:", wait_for(db, path, lambda: outcome(job)))

for event in json.loads(call(db, "honker_stream_read_since", "sent", 0, 100)):
    print(f"  python      stream 'sent', offset {event['offset']}: {event['payload']}")
db.close()
