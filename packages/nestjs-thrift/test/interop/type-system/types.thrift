/** Every type and every rule of the IDL specification, in one service that answers with what it gets. */
namespace * types

include "shared.thrift"

typedef shared.Ids ManyIds
typedef map<shared.Colour, ManyIds> IdsByColour
typedef IdsByColour Palette

const i32 FOUR = 4
const list<i32> NUMBERS = [1, shared.TWO, 3, FOUR]
const shared.Colour FAVOURITE = shared.Colour.BLUE
const shared.Point ORIGIN = { "x": 0.0, "y": -1.5 }
const map<string, shared.Point> POINTS = { "origin": ORIGIN, "far": { "x": 1e300, "y": 2, "label": "away" } }

/** One field of every type. */
struct Everything {
  1: optional bool flag,
  2: optional i8 tiny,
  3: optional byte alsoTiny,
  4: optional i16 small,
  5: optional i32 number,
  6: optional i64 big,
  7: optional double real,
  8: optional string text,
  9: optional binary blob,
  10: optional uuid id,
  11: optional shared.Colour colour,
  12: optional Palette palette,
  13: optional shared.Point point,
  14: optional Choice choice,
  15: optional Failure failure,
  16: optional Nothing nothing,
  32767: optional string last
}

/** Containers of every type, and of one another. */
struct Containers {
  1: optional list<bool> flags,
  2: optional list<i8> bytes,
  3: optional list<i64> bigs,
  4: optional list<double> reals,
  5: optional list<binary> blobs,
  6: optional list<uuid> ids,
  7: optional set<shared.Point> points,
  8: optional set<list<i32>> lists,
  9: optional set<string> texts,
  10: optional map<shared.Colour, bool> byColour,
  11: optional map<bool, i16> byFlag,
  12: optional map<uuid, binary> byId,
  13: optional map<i64, map<double, set<i8>>> deep,
  14: optional list<list<list<string>>> table,
  15: optional list<map<string, list<shared.Point>>> mixed,
  16: optional map<shared.Point, list<string>> byPoint,
  17: optional map<list<i32>, i32> byList
}

/** Defaults of every kind, under every word. */
struct Defaults {
  1: required i32 needed,
  2: optional i32 bare,
  3: optional i32 given = FOUR,
  4: i32 plain,
  5: i32 plainGiven = shared.TWO,
  6: shared.Colour colour = FAVOURITE,
  7: list<i32> numbers = NUMBERS,
  8: shared.Point point = ORIGIN,
  9: map<string, shared.Point> points = POINTS,
  10: set<string> names = ["a", shared.NAME],
  11: i64 big = 9223372036854775807,
  12: double real = 3,
  13: bool flag = true,
  14: binary blob = "bytes",
  15: required string neededGiven = "required"
}

/** Refers to itself, in every way. */
struct Tree {
  1: string name,
  2: optional Tree left,
  3: optional list<Tree> children,
  4: optional map<string, Tree> named
}

union Choice {
  1: string text,
  2: i32 number,
  3: list<Choice> choices,
  4: shared.Point point
}

exception Failure {
  1: i32 code,
  2: string message,
  3: optional list<string> details
}

struct Nothing {
}

service Types extends shared.Pinger {
  Everything everything(1: Everything it),
  Containers containers(1: Containers it),
  Defaults defaults(1: Defaults it),
  Tree tree(1: Tree it),
  Choice choice(1: Choice it),
  Nothing nothing(1: Nothing it),
  Palette palette(1: Palette it),

  /** The arguments themselves have defaults. */
  list<i32> given(1: list<i32> it = NUMBERS),

  void fail(1: Failure it) throws (1: Failure failure),

  /** Answers with whatever the test wants, so that it may be wrong. */
  list<shared.Point> anything(),

  oneway void tell(1: string text)
}
