"""The answers of ThriftTest and SecondService, as plain JSON."""


class UndeclaredFailure(Exception):
    """Where ThriftTest fails with nothing that it declares."""


def answer(method, args):
    """Returns the result struct of a call."""
    if method == "testMapMap":
        return {"success": [[of, [[n * of // 4, n * of // 4] for n in (1, 2, 3, 4)]] for of in (-4, 4)]}
    if method == "testInsanity":
        argument = args["argument"]
        return {"success": [["1", [[2, argument], [3, argument]]], ["2", [[6, {}]]]]}
    if method == "testMulti":
        names = {"byte_thing": "arg0", "i32_thing": "arg1", "i64_thing": "arg2"}
        return {"success": {"string_thing": "Hello2", **{name: args[arg] for name, arg in names.items()}}}
    if method == "testException":
        if args["arg"] == "TException":
            raise UndeclaredFailure("This is a TException")
        return {"err1": {"errorCode": 1001, "message": "Xception"}} if args["arg"] == "Xception" else {}
    if method == "testMultiException":
        if args["arg0"] == "Xception":
            return {"err1": {"errorCode": 1001, "message": "This is an Xception"}}
        if args["arg0"] == "Xception2":
            return {"err2": {"errorCode": 2002, "struct_thing": {"string_thing": "This is an Xception2"}}}
        return {"success": {"string_thing": args["arg1"]}}
    if method == "secondtestString":
        return {"success": f'testString("{args["thing"]}")'}
    return {"success": args["thing"]} if "thing" in args else {}
