"""Reads {"sql", "params"} a line, answers {"rows"} or {"error"} a line. Arguments: URI, extension."""

import json
import sqlite3
import sys


def from_wire(value):
    if not isinstance(value, dict):
        return value
    return int(value["integer"]) if "integer" in value else bytes.fromhex(value["blob"])


def to_wire(value):
    if isinstance(value, bytes):
        return {"blob": value.hex()}
    return {"integer": str(value)} if isinstance(value, int) else value


connection = sqlite3.connect(sys.argv[1], uri=True, isolation_level=None)
if sys.argv[2]:
    connection.enable_load_extension(True)
    connection.load_extension(sys.argv[2])
print("ready", flush=True)
for line in sys.stdin:
    request = json.loads(line)
    try:
        rows = connection.execute(request["sql"], [from_wire(value) for value in request["params"]]).fetchall()
        answer = {"rows": [[to_wire(value) for value in row] for row in rows]}
    except sqlite3.Error as error:
        answer = {"error": str(error)}
    print(json.dumps(answer), flush=True)
connection.close()
