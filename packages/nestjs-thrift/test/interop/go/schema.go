package main

import (
	"encoding/json"
	"fmt"

	"github.com/apache/thrift/lib/go/thrift"
)

// schema is what the tests tell of an IDL: see portable.ts.
type schema struct {
	Structs  map[string][]field           `json:"structs"`
	Services map[string]map[string]method `json:"services"`
}

type method struct {
	Oneway bool    `json:"oneway"`
	Args   []field `json:"args"`
	Result []field `json:"result"`
}

type field struct {
	ID   int16  `json:"id"`
	Name string `json:"name"`
	Type kind   `json:"type"`
}

// kind is a type: the name of a base type, or one of the others.
type kind struct {
	base     string
	list     *kind
	set      *kind
	key      *kind
	value    *kind
	ofStruct string
}

// UnmarshalJSON reads "i32", {"list": "i32"}, {"set": …}, {"map": [key, value]} or {"struct": "Name"}.
func (k *kind) UnmarshalJSON(text []byte) error {
	if text[0] == '"' {
		return json.Unmarshal(text, &k.base)
	}
	var other struct {
		List   *kind    `json:"list"`
		Set    *kind    `json:"set"`
		Map    [2]*kind `json:"map"`
		Struct string   `json:"struct"`
	}
	if err := json.Unmarshal(text, &other); err != nil {
		return err
	}
	*k = kind{list: other.List, set: other.Set, key: other.Map[0], value: other.Map[1], ofStruct: other.Struct}
	return nil
}

var baseTypes = map[string]thrift.TType{
	"bool":   thrift.BOOL,
	"i8":     thrift.BYTE,
	"i16":    thrift.I16,
	"i32":    thrift.I32,
	"i64":    thrift.I64,
	"double": thrift.DOUBLE,
	"string": thrift.STRING,
	"binary": thrift.STRING,
	"uuid":   thrift.UUID,
}

func (k *kind) wireType() thrift.TType {
	switch {
	case k.base != "":
		return baseTypes[k.base]
	case k.list != nil:
		return thrift.LIST
	case k.set != nil:
		return thrift.SET
	case k.key != nil:
		return thrift.MAP
	default:
		return thrift.STRUCT
	}
}

func (s *schema) method(service, name string) (method, error) {
	found, known := s.Services[service][name]
	if !known {
		return method{}, fmt.Errorf("%s has no method %s", service, name)
	}
	return found, nil
}
