"""A first call from Python: adds two tasks, finishes them, one of which repeats, and prints the user's list.

pip install thriftpy2
python examples/client.py [HOST [PORT]]
"""

import sys
from pathlib import Path

import thriftpy2
from thriftpy2.rpc import client_context

IDL = Path(__file__).resolve().parent.parent / "idl" / "tasks.thrift"
tasks_thrift = thriftpy2.load(str(IDL), module_name="tasks_thrift")

host = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
port = int(sys.argv[2]) if len(sys.argv) > 2 else 6001

# The defaults of thriftpy2: TBinaryProtocol over a buffered transport.
with client_context(tasks_thrift.Tasks, host, port) as client:
    milk = client.add(userId="alice", name="buy milk")
    client.update(taskId=milk.id, done=True, userId="alice")

    rent = client.add(userId="alice", name="pay rent")
    paid = tasks_thrift.TaskEdit(dueOn="2026-12-31", repeat="FREQ=MONTHLY", done=True, now="2026-12-31")
    edited = client.edit(taskId=rent.id, userId="alice", edit=paid)
    print("next:", edited.successor.dueOn, edited.successor.name)

    for task in client.all(userId="alice"):
        print(task.createdOn, "done" if task.done else "open", task.name)

    try:
        client.update(taskId=milk.id, done=True, userId="bob")
    except tasks_thrift.BaseException as error:
        print(error.code, error.message)
