# Adds a task and lists the open ones, with a token: TASKS_TOKEN=tasks_… python3 examples/gateway.py "Buy milk"
import json
import os
import sys
import urllib.request

BASE = os.environ.get("TASKS_URL", "http://localhost:8080") + "/api/v1"


def call(method, path, body=None):
    request = urllib.request.Request(BASE + path, method=method, data=body and json.dumps(body).encode())
    request.add_header("Authorization", "Bearer " + os.environ["TASKS_TOKEN"])
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


call("POST", "/tasks", {"name": sys.argv[1]})
for task in call("GET", "/tasks?done=false")["items"]:
    print(task["id"], task["name"])
