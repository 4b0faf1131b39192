package main

import (
	"context"
	"errors"
	"strings"

	"github.com/apache/thrift/lib/go/thrift"
)

var errUndeclared = errors.New("This is a TException")

// processor stands where the compiler would have generated one for a service.
type processor struct {
	schema  *schema
	service string
}

func (p *processor) ProcessorMap() map[string]thrift.TProcessorFunction         { return nil }
func (p *processor) AddToProcessorMap(name string, _ thrift.TProcessorFunction) {}

// Process reads a call and answers it.
func (p *processor) Process(ctx context.Context, input, output thrift.TProtocol) (bool, thrift.TException) {
	name, _, seqid, err := input.ReadMessageBegin(ctx)
	if err != nil {
		return false, thrift.WrapTException(err)
	}
	known, err := p.schema.method(p.service, name)
	if err != nil {
		return false, thrift.WrapTException(err)
	}
	args := &record{schema: p.schema, fields: known.Args}
	if err := args.Read(ctx, input); err != nil {
		return false, thrift.WrapTException(err)
	}
	if err := input.ReadMessageEnd(ctx); err != nil {
		return false, thrift.WrapTException(err)
	}
	result, failed := answerThriftTest(name, args.value)
	if known.Oneway {
		return true, nil
	}
	echoHeaders(ctx)
	var reply thrift.TStruct = &record{p.schema, known.Result, result}
	kind := thrift.REPLY
	if failed != nil {
		reply = thrift.NewTApplicationException(thrift.INTERNAL_ERROR, failed.Error())
		kind = thrift.EXCEPTION
	}
	return send(ctx, output, name, kind, seqid, reply)
}

// echoHeaders sends the headers of a call back.
func echoHeaders(ctx context.Context) {
	helper, found := thrift.GetResponseHelper(ctx)
	if !found {
		return
	}
	// They stay for the replies that follow, else.
	helper.ClearHeaders()
	for _, name := range thrift.GetReadHeaderList(ctx) {
		value, _ := thrift.GetHeader(ctx, name)
		helper.SetHeader("echoed-"+name, value)
	}
}

func send(
	ctx context.Context, output thrift.TProtocol, name string, kind thrift.TMessageType, seqid int32, reply thrift.TStruct,
) (bool, thrift.TException) {
	err := output.WriteMessageBegin(ctx, name, kind, seqid)
	if err == nil {
		err = reply.Write(ctx, output)
	}
	if err == nil {
		err = output.WriteMessageEnd(ctx)
	}
	if err == nil {
		err = output.Flush(ctx)
	}
	return err == nil, thrift.WrapTException(err)
}

type fields = map[string]any

// answerThriftTest returns the result struct of a call of ThriftTest or SecondService.
func answerThriftTest(name string, args fields) (fields, error) {
	switch name {
	case "testMapMap":
		return fields{"success": []any{[]any{-4, identity(-1)}, []any{4, identity(1)}}}, nil
	case "testInsanity":
		argument := args["argument"]
		twice := []any{[]any{2, argument}, []any{3, argument}}
		return fields{"success": []any{[]any{"1", twice}, []any{"2", []any{[]any{6, fields{}}}}}}, nil
	case "testMulti":
		return fields{"success": fields{
			"string_thing": "Hello2", "byte_thing": args["arg0"], "i32_thing": args["arg1"], "i64_thing": args["arg2"],
		}}, nil
	case "testException":
		return answerException(args["arg"].(string))
	case "testMultiException":
		return answerMultiException(args["arg0"].(string), args["arg1"].(string)), nil
	case "secondtestString":
		return fields{"success": strings.Join([]string{`testString("`, args["thing"].(string), `")`}, "")}, nil
	}
	if thing, set := args["thing"]; set {
		return fields{"success": thing}, nil
	}
	return fields{}, nil
}

func identity(sign int) []any {
	entries := []any{}
	for n := 1; n <= 4; n++ {
		entries = append(entries, []any{sign * n, sign * n})
	}
	return entries
}

func answerException(arg string) (fields, error) {
	switch arg {
	case "Xception":
		return fields{"err1": fields{"errorCode": 1001, "message": arg}}, nil
	case "TException":
		return nil, errUndeclared
	default:
		return fields{}, nil
	}
}

func answerMultiException(arg0, arg1 string) fields {
	switch arg0 {
	case "Xception":
		return fields{"err1": fields{"errorCode": 1001, "message": "This is an Xception"}}
	case "Xception2":
		return fields{"err2": fields{"errorCode": 2002, "struct_thing": fields{"string_thing": "This is an Xception2"}}}
	default:
		return fields{"success": fields{"string_thing": arg1}}
	}
}
