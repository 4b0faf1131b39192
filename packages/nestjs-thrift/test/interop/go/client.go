package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/apache/thrift/lib/go/thrift"
)

const timeout = 20 * time.Second

// target says where and how a client connects.
type target struct {
	Port    int `json:"port"`
	Dialect struct {
		Protocol string `json:"protocol"`
		Framing  string `json:"framing"`
	} `json:"dialect"`
	Multiplexed bool `json:"multiplexed"`
	Zlib        bool `json:"zlib"`
}

// connection is a client of the library.
type connection struct {
	schema      *schema
	protocol    thrift.TProtocol
	multiplexed bool
	clients     map[string]thrift.TClient
}

func configuration(t target) *thrift.TConfiguration {
	strict := t.Dialect.Protocol != "old-binary"
	wrapped := thrift.THeaderProtocolBinary
	if t.Dialect.Protocol == "compact" {
		wrapped = thrift.THeaderProtocolCompact
	}
	conf := &thrift.TConfiguration{
		ConnectTimeout:     timeout,
		SocketTimeout:      timeout,
		TBinaryStrictRead:  &strict,
		TBinaryStrictWrite: &strict,
		THeaderProtocolID:  &wrapped,
	}
	if t.Zlib {
		conf.THeaderTransforms = []thrift.THeaderTransformID{thrift.TransformZlib}
	}
	return conf
}

func makeProtocol(transport thrift.TTransport, t target, conf *thrift.TConfiguration) thrift.TProtocol {
	if t.Dialect.Framing == "header" || t.Dialect.Framing == "framed-header" {
		return thrift.NewTHeaderProtocolConf(transport, conf)
	}
	switch t.Dialect.Protocol {
	case "compact":
		return thrift.NewTCompactProtocolConf(transport, conf)
	case "json":
		return thrift.NewTJSONProtocol(transport)
	default:
		return thrift.NewTBinaryProtocolConf(transport, conf)
	}
}

func connect(s *schema, t target) (*connection, error) {
	conf := configuration(t)
	var transport thrift.TTransport = thrift.NewTSocketConf(fmt.Sprintf("127.0.0.1:%d", t.Port), conf)
	switch t.Dialect.Framing {
	case "framed", "framed-header":
		transport = thrift.NewTFramedTransportConf(transport, conf)
	case "unframed":
		transport = thrift.NewTBufferedTransport(transport, 8192)
	}
	protocol := makeProtocol(transport, t, conf)
	if err := transport.Open(); err != nil {
		return nil, err
	}
	return &connection{s, protocol, t.Multiplexed, map[string]thrift.TClient{}}, nil
}

func (c *connection) client(service string) thrift.TClient {
	client, known := c.clients[service]
	if !known {
		output := c.protocol
		if c.multiplexed {
			output = thrift.NewTMultiplexedProtocol(c.protocol, service)
		}
		client = thrift.NewTStandardClient(c.protocol, output)
		c.clients[service] = client
	}
	return client
}

// reply is what came of a call; headers are those that the server sent.
type reply struct {
	Result  map[string]any    `json:"result,omitempty"`
	Error   *failure          `json:"error,omitempty"`
	Headers map[string]string `json:"headers,omitempty"`
}

type failure struct {
	Type    int32  `json:"type"`
	Message string `json:"message"`
}

func (c *connection) call(service, name string, args map[string]any, headers map[string]string) (any, error) {
	known, err := c.schema.method(service, name)
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	keys := make([]string, 0, len(headers))
	for key, value := range headers {
		ctx = thrift.SetHeader(ctx, key, value)
		keys = append(keys, key)
	}
	ctx = thrift.SetWriteHeaderList(ctx, keys)
	arguments := &record{c.schema, known.Args, args}
	if known.Oneway {
		_, err := c.client(service).Call(ctx, name, arguments, nil)
		return map[string]any{"result": map[string]any{}}, err
	}
	result := &record{schema: c.schema, fields: known.Result}
	meta, err := c.client(service).Call(ctx, name, arguments, result)
	var rejected thrift.TApplicationException
	if errors.As(err, &rejected) {
		return reply{Error: &failure{rejected.TypeId(), rejected.Error()}}, nil
	}
	if err != nil {
		return nil, err
	}
	answer := map[string]any{"result": result.value}
	if len(meta.Headers) > 0 {
		answer["headers"] = meta.Headers
	}
	return answer, nil
}
