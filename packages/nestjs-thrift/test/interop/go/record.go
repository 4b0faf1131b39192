package main

import (
	"context"

	"github.com/apache/thrift/lib/go/thrift"
)

// record is a struct of the schema with the fields that are set; it stands where generated code has a type of its own.
type record struct {
	schema *schema
	fields []field
	value  map[string]any
}

// Write writes the fields in the order of the schema.
func (r *record) Write(ctx context.Context, output thrift.TProtocol) error {
	if err := output.WriteStructBegin(ctx, "record"); err != nil {
		return err
	}
	for _, field := range r.fields {
		value, set := r.value[field.Name]
		if !set {
			continue
		}
		if err := output.WriteFieldBegin(ctx, field.Name, field.Type.wireType(), field.ID); err != nil {
			return err
		}
		if err := r.schema.write(ctx, output, &field.Type, value); err != nil {
			return err
		}
		if err := output.WriteFieldEnd(ctx); err != nil {
			return err
		}
	}
	if err := output.WriteFieldStop(ctx); err != nil {
		return err
	}
	return output.WriteStructEnd(ctx)
}

// Read reads the fields that the schema knows and skips the others.
func (r *record) Read(ctx context.Context, input thrift.TProtocol) error {
	r.value = map[string]any{}
	if _, err := input.ReadStructBegin(ctx); err != nil {
		return err
	}
	for {
		_, sent, id, err := input.ReadFieldBegin(ctx)
		if err != nil {
			return err
		}
		if sent == thrift.STOP {
			return input.ReadStructEnd(ctx)
		}
		if field := r.fieldOf(id, sent); field == nil {
			err = input.Skip(ctx, sent)
		} else {
			r.value[field.Name], err = r.schema.read(ctx, input, &field.Type)
		}
		if err != nil {
			return err
		}
		if err := input.ReadFieldEnd(ctx); err != nil {
			return err
		}
	}
}

func (r *record) fieldOf(id int16, sent thrift.TType) *field {
	for index := range r.fields {
		if field := &r.fields[index]; field.ID == id && field.Type.wireType() == sent {
			return field
		}
	}
	return nil
}
