/** What the tests with Kitex call. Its generic client and server know methods with one struct only. */
namespace * echo

struct Request {
  1: string text,
  /** Time until the answer, in milliseconds. */
  2: i32 ms
}

struct Response {
  1: string text
}

exception Refused {
  1: i32 code,
  2: string message
}

service Echo {
  Response echo(1: Request request) throws (1: Refused refused)
}
