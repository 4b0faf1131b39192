/** Included by types.thrift: what comes from another file. */
namespace * types.shared

const i32 TWO = 2
const string NAME = "shared"

enum Colour {
  RED = 1,
  GREEN,
  BLUE = 7
}

typedef i64 Id
typedef list<Id> Ids

struct Point {
  1: required double x,
  2: required double y,
  3: optional string label = NAME
}

service Pinger {
  string ping(1: string text)
}
