# Adds a task and lists the open ones, with a token that has the scopes tasks:read and tasks:write:
# TASKS_TOKEN=tasks_... python3 examples/gateway.py "Buy milk"
import json
import os
import sys
import urllib.error
import urllib.request

BASE = os.environ.get("TASKS_URL", "http://localhost:8080") + "/api/v1"
TOKEN = os.environ.get("TASKS_TOKEN", "")

if not TOKEN or len(sys.argv) != 2:
    sys.exit(
        'Usage: TASKS_TOKEN=tasks_... python3 examples/gateway.py "Buy milk"\n'
        "Make the token in the settings of the page, with the rights tasks:read and tasks:write."
    )


def call(method, path, body=None):
    request = urllib.request.Request(BASE + path, method=method, data=body and json.dumps(body).encode())
    request.add_header("Authorization", "Bearer " + TOKEN)
    request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        sys.exit(f"{method} {path}: {error.code}, {detail_of(error)}")
    except urllib.error.URLError as error:
        sys.exit(f"{BASE} can't be reached: {error.reason}")


def detail_of(error):
    """The gateway answers with problem details (RFC 9457); a proxy before it may not."""
    try:
        return json.load(error)["detail"]
    except (ValueError, KeyError):
        return error.reason


call("POST", "/tasks", {"name": sys.argv[1]})
for task in call("GET", "/tasks?done=false")["items"]:
    print(task["id"], task["name"])
