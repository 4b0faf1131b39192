// Apache Thrift for Go, with a processor like the one its compiler generates and the handlers that every peer has.
// Go sets TCP_NODELAY on accepted sockets.
package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/apache/thrift/lib/go/thrift"
)

type task struct {
	id, userID, name, createdOn string
	done                        bool
}

var counter atomic.Uint64

func newTask(userID, name string) *task {
	return &task{fmt.Sprintf("%024x", counter.Add(1)), userID, name, time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), false}
}

func (t *task) write(ctx context.Context, out thrift.TProtocol) error {
	if err := out.WriteStructBegin(ctx, "Task"); err != nil {
		return err
	}
	for i, value := range []string{t.id, t.userID, t.name, t.createdOn} {
		if err := out.WriteFieldBegin(ctx, "field", thrift.STRING, int16(i+1)); err != nil {
			return err
		}
		if err := out.WriteString(ctx, value); err != nil {
			return err
		}
	}
	if err := out.WriteFieldBegin(ctx, "done", thrift.BOOL, 5); err != nil {
		return err
	}
	if err := out.WriteBool(ctx, t.done); err != nil {
		return err
	}
	return out.WriteFieldStop(ctx)
}

type processor struct{ tasks []*task }

func (p *processor) ProcessorMap() map[string]thrift.TProcessorFunction  { return nil }
func (p *processor) AddToProcessorMap(string, thrift.TProcessorFunction) {}

func readStrings(ctx context.Context, in thrift.TProtocol) (map[int16]string, error) {
	values := map[int16]string{}
	if _, err := in.ReadStructBegin(ctx); err != nil {
		return nil, err
	}
	for {
		_, kind, id, err := in.ReadFieldBegin(ctx)
		if err != nil {
			return nil, err
		}
		if kind == thrift.STOP {
			return values, in.ReadStructEnd(ctx)
		}
		if values[id], err = in.ReadString(ctx); err != nil {
			return nil, err
		}
	}
}

func (p *processor) Process(ctx context.Context, in, out thrift.TProtocol) (bool, thrift.TException) {
	name, _, seqid, err := in.ReadMessageBegin(ctx)
	if err != nil {
		return false, thrift.WrapTException(err)
	}
	args, err := readStrings(ctx, in)
	if err != nil {
		return false, thrift.WrapTException(err)
	}
	in.ReadMessageEnd(ctx)
	out.WriteMessageBegin(ctx, name, thrift.REPLY, seqid)
	out.WriteStructBegin(ctx, "result")
	switch name {
	case "all":
		out.WriteFieldBegin(ctx, "success", thrift.LIST, 0)
		out.WriteListBegin(ctx, thrift.STRUCT, len(p.tasks))
		for _, t := range p.tasks {
			t.write(ctx, out)
		}
	case "add":
		out.WriteFieldBegin(ctx, "success", thrift.STRUCT, 0)
		newTask(args[1], args[2]).write(ctx, out)
	default:
		out.WriteFieldBegin(ctx, "success", thrift.STRUCT, 0)
		out.WriteFieldBegin(ctx, "ok", thrift.BOOL, 1)
		out.WriteBool(ctx, true)
		out.WriteFieldBegin(ctx, "message", thrift.STRING, 2)
		out.WriteString(ctx, "OK")
		out.WriteFieldStop(ctx)
	}
	out.WriteFieldStop(ctx)
	out.WriteMessageEnd(ctx)
	return true, thrift.WrapTException(out.Flush(ctx))
}

func main() {
	size, err := strconv.Atoi(os.Getenv("BENCH_LIST_SIZE"))
	if err != nil {
		size = 100
	}
	p := &processor{}
	for i := 0; i < size; i++ {
		p.tasks = append(p.tasks, newTask("alice", "task number "+strconv.Itoa(i)))
	}
	probe, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	address := probe.Addr().String()
	probe.Close()
	socket, err := thrift.NewTServerSocket(address)
	if err != nil {
		panic(err)
	}
	conf := &thrift.TConfiguration{}
	server := thrift.NewTSimpleServer4(p, socket, thrift.NewTBufferedTransportFactory(8192), thrift.NewTBinaryProtocolFactoryConf(conf))
	if err := server.Listen(); err != nil {
		panic(err)
	}
	_, port, _ := net.SplitHostPort(address)
	out := bufio.NewWriter(os.Stdout)
	fmt.Fprintf(out, "READY %s\n", port)
	out.Flush()
	if err := server.Serve(); err != nil {
		panic(err)
	}
}
