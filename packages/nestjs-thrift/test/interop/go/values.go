package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"math"
	"strconv"

	"github.com/apache/thrift/lib/go/thrift"
)

func (s *schema) write(ctx context.Context, output thrift.TProtocol, k *kind, value any) error {
	switch {
	case k.base != "":
		return writeBase(ctx, output, k.base, value)
	case k.ofStruct != "":
		inner := record{s, s.Structs[k.ofStruct], value.(map[string]any)}
		return inner.Write(ctx, output)
	case k.key != nil:
		return s.writeMap(ctx, output, k, value.([]any))
	case k.list != nil:
		if err := output.WriteListBegin(ctx, k.list.wireType(), len(value.([]any))); err != nil {
			return err
		}
		if err := s.writeElements(ctx, output, k.list, value.([]any)); err != nil {
			return err
		}
		return output.WriteListEnd(ctx)
	default:
		if err := output.WriteSetBegin(ctx, k.set.wireType(), len(value.([]any))); err != nil {
			return err
		}
		if err := s.writeElements(ctx, output, k.set, value.([]any)); err != nil {
			return err
		}
		return output.WriteSetEnd(ctx)
	}
}

func (s *schema) writeElements(ctx context.Context, output thrift.TProtocol, k *kind, values []any) error {
	for _, value := range values {
		if err := s.write(ctx, output, k, value); err != nil {
			return err
		}
	}
	return nil
}

func (s *schema) writeMap(ctx context.Context, output thrift.TProtocol, k *kind, entries []any) error {
	if err := output.WriteMapBegin(ctx, k.key.wireType(), k.value.wireType(), len(entries)); err != nil {
		return err
	}
	for _, entry := range entries {
		pair := entry.([]any)
		if err := s.write(ctx, output, k.key, pair[0]); err != nil {
			return err
		}
		if err := s.write(ctx, output, k.value, pair[1]); err != nil {
			return err
		}
	}
	return output.WriteMapEnd(ctx)
}

func writeBase(ctx context.Context, output thrift.TProtocol, base string, value any) error {
	switch base {
	case "bool":
		return output.WriteBool(ctx, value.(bool))
	case "i8":
		return output.WriteByte(ctx, int8(integer(value)))
	case "i16":
		return output.WriteI16(ctx, int16(integer(value)))
	case "i32":
		return output.WriteI32(ctx, int32(integer(value)))
	case "i64":
		return output.WriteI64(ctx, integer(value))
	case "double":
		return output.WriteDouble(ctx, double(value))
	case "string":
		return output.WriteString(ctx, value.(string))
	case "uuid":
		parsed, err := thrift.ParseTuuid(value.(string))
		if err != nil {
			return err
		}
		return output.WriteUUID(ctx, parsed)
	default:
		bytes, err := base64.StdEncoding.DecodeString(value.(string))
		if err != nil {
			return err
		}
		return output.WriteBinary(ctx, bytes)
	}
}

func (s *schema) read(ctx context.Context, input thrift.TProtocol, k *kind) (any, error) {
	switch {
	case k.base != "":
		return readBase(ctx, input, k.base)
	case k.ofStruct != "":
		inner := record{schema: s, fields: s.Structs[k.ofStruct]}
		err := inner.Read(ctx, input)
		return inner.value, err
	case k.key != nil:
		return s.readMap(ctx, input, k)
	case k.list != nil:
		_, size, err := input.ReadListBegin(ctx)
		if err != nil {
			return nil, err
		}
		values, err := s.readElements(ctx, input, k.list, size)
		if err != nil {
			return nil, err
		}
		return values, input.ReadListEnd(ctx)
	default:
		_, size, err := input.ReadSetBegin(ctx)
		if err != nil {
			return nil, err
		}
		values, err := s.readElements(ctx, input, k.set, size)
		if err != nil {
			return nil, err
		}
		return values, input.ReadSetEnd(ctx)
	}
}

func (s *schema) readElements(ctx context.Context, input thrift.TProtocol, k *kind, size int) ([]any, error) {
	values := make([]any, 0, size)
	for range size {
		value, err := s.read(ctx, input, k)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	return values, nil
}

func (s *schema) readMap(ctx context.Context, input thrift.TProtocol, k *kind) (any, error) {
	_, _, size, err := input.ReadMapBegin(ctx)
	if err != nil {
		return nil, err
	}
	entries := make([]any, 0, size)
	for range size {
		key, err := s.read(ctx, input, k.key)
		if err != nil {
			return nil, err
		}
		value, err := s.read(ctx, input, k.value)
		if err != nil {
			return nil, err
		}
		entries = append(entries, []any{key, value})
	}
	return entries, input.ReadMapEnd(ctx)
}

func readBase(ctx context.Context, input thrift.TProtocol, base string) (any, error) {
	switch base {
	case "bool":
		return input.ReadBool(ctx)
	case "i8":
		return input.ReadByte(ctx)
	case "i16":
		return input.ReadI16(ctx)
	case "i32":
		return input.ReadI32(ctx)
	case "i64":
		value, err := input.ReadI64(ctx)
		return strconv.FormatInt(value, 10), err
	case "double":
		value, err := input.ReadDouble(ctx)
		return portableDouble(value), err
	case "string":
		return input.ReadString(ctx)
	case "uuid":
		value, err := input.ReadUUID(ctx)
		return value.String(), err
	default:
		value, err := input.ReadBinary(ctx)
		return base64.StdEncoding.EncodeToString(value), err
	}
}

// integer takes what a test sends or a handler answers: any integer, a JSON number, or i64 as text.
func integer(value any) int64 {
	parsed, err := strconv.ParseInt(fmt.Sprint(value), 10, 64)
	if err != nil {
		panic(err)
	}
	return parsed
}

func double(value any) float64 {
	parsed, err := strconv.ParseFloat(fmt.Sprint(value), 64)
	if err != nil {
		panic(err)
	}
	return parsed
}

func portableDouble(value float64) any {
	switch {
	case math.IsNaN(value):
		return "NaN"
	case math.IsInf(value, 1):
		return "Infinity"
	case math.IsInf(value, -1):
		return "-Infinity"
	case value == 0 && math.Signbit(value):
		return "-0"
	default:
		return value
	}
}
