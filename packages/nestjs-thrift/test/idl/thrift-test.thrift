/*
 * The shapes of Apache's cross-language test service, written down for the parser: nested containers with annotations,
 * multiple services, versioned structs, defaults, field ids far apart.
 */
namespace c_glib TTest
namespace py.twisted ThriftTest
namespace xsd test (uri = 'http://example.org/ns/ThriftTest')
namespace cpp.noexist ThriftTest
namespace * thrift.test

/**
 * Docstring!
 */
enum Numberz
{
  ONE = 1,
  TWO,
  THREE,
  FIVE = 5,
  SIX,
  EIGHT = 8
}

const Numberz myNumberz = Numberz.ONE;
// The following is rejected:
// const Numberz urNumberz = ONE;

typedef i64 UserId

struct Bonk
{
  1: string message,
  2: i32 type
}

typedef map<string,Bonk> MapType

struct Bools {
  1: bool im_true,
  2: bool im_false,
}

struct Xtruct
{
  1:  string string_thing,
  4:  i8     byte_thing,
  9:  i32    i32_thing,
  11: i64    i64_thing
}

struct Insanity
{
  1: map<Numberz, UserId> userMap,
  2: list<Xtruct> xtructs
} (python.immutable= "")

struct CrazyNesting {
  1: string string_field,
  2: optional set<Insanity> set_field,
  3: required list<map<set<i32> (python.immutable = ""), map<i32,set<list<map<Insanity,string>(python.immutable = "")> (python.immutable = "")>>>> list_field,
  4: binary binary_field
  5: uuid uuid_field
}

union SomeUnion {
  1: map<Numberz, UserId> map_thing,
  2: string string_thing,
  3: i32 i32_thing,
  4: CrazyNesting xtruct_thing
}

exception Xception {
  1: i32 errorCode,
  2: string message
}

exception Xception2 {
  1: i32 errorCode,
  2: Xtruct struct_thing
}

struct EmptyStruct {}

struct OneField {
  1: EmptyStruct field
}

service ThriftTest
{
  /**
   * Prints "testVoid()" and returns nothing.
   */
  void         testVoid(),
  UserId       testTypedef(1: UserId thing),
  map<UserId, map<Numberz,Insanity>> testInsanity(1: Insanity argument),
  Xtruct testMulti(1: i8 arg0, 2: i32 arg1, 3: i64 arg2, 4: map<i16, string> arg3, 5: Numberz arg4, 6: UserId arg5),
  Xtruct testMultiException(string arg0, string arg1) throws(1: Xception err1, 2: Xception2 err2)
  oneway void testOneway(1:i32 secondsToSleep)
}

service SecondService
{
  /**
   * Prints 'testString("%s")' with thing as '%s'
   * @param string thing - the string to print
   */
  string       secondtestString(1: string thing),
}

struct LargeDeltas {
  1: Bools b1,
  500: bool check_true,
  4000: list<i32> big_numbers
}

struct ListTypeVersioning {
       1: list<i32> myints;
       2: string hello;
}

struct NestedMixed {
  1: list<set<i32>> int_set_list
  2: map<i32,set<string>> map_int_strset
  3: list<map<i32,set<string>>> map_int_strset_list
}

struct BoolTest {
  1: optional bool b = true;
  2: optional string s = "true";
}

struct RecTree {
  1: list<RecTree> children
  2: RecTree & parent
  3: i16 item
}
