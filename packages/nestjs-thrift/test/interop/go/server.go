package main

import (
	"fmt"
	"net"
	"os"

	"github.com/apache/thrift/lib/go/thrift"
)

const defaultService = "ThriftTest"

// serve starts the library's own server and returns its port.
func serve(s *schema, t target) (int, error) {
	conf := configuration(t)
	socket, err := thrift.NewTServerSocketTimeout("127.0.0.1:0", timeout)
	if err != nil {
		return 0, err
	}
	if err := socket.Listen(); err != nil {
		return 0, err
	}
	var handler thrift.TProcessor = &processor{s, defaultService}
	if t.Multiplexed {
		all := thrift.NewTMultiplexedProcessor()
		for name := range s.Services {
			all.RegisterProcessor(name, &processor{s, name})
		}
		handler = all
	}
	server := thrift.NewTSimpleServer4(handler, socket, transportFactory(t, conf), protocolFactory(t, conf))
	go func() {
		if err := server.Serve(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}()
	return socket.Addr().(*net.TCPAddr).Port, nil
}

func transportFactory(t target, conf *thrift.TConfiguration) thrift.TTransportFactory {
	switch t.Dialect.Framing {
	case "framed", "framed-header":
		return thrift.NewTFramedTransportFactoryConf(thrift.NewTTransportFactory(), conf)
	case "unframed":
		return thrift.NewTBufferedTransportFactory(8192)
	default:
		return thrift.NewTTransportFactory()
	}
}

func protocolFactory(t target, conf *thrift.TConfiguration) thrift.TProtocolFactory {
	if t.Dialect.Framing == "header" || t.Dialect.Framing == "framed-header" {
		return thrift.NewTHeaderProtocolFactoryConf(conf)
	}
	switch t.Dialect.Protocol {
	case "compact":
		return thrift.NewTCompactProtocolFactoryConf(conf)
	case "json":
		return thrift.NewTJSONProtocolFactory()
	default:
		return thrift.NewTBinaryProtocolFactoryConf(conf)
	}
}
