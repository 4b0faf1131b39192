/** The part of idl/tasks.thrift that is measured, for peers that generate code: they need not follow the whole contract. */
namespace rs tasks

struct Task {
  1: optional string id,
  2: string userId,
  3: optional string name = "",
  4: optional string createdOn,
  5: optional bool done
}

struct Healthcheck {
  1: bool ok,
  2: string message
}

service Tasks {
  Healthcheck check()
  Task add(1: string userId, 2: string name)
  list<Task> all(1: string userId)
}
