// A first call from Go: adds two tasks, finishes them, one of which repeats, and prints the user's list.
//
//	go generate && go run . [HOST [PORT [PROTOCOL [TRANSPORT]]]]
package main

//go:generate thrift --gen go:skip_remote,package_prefix=tasks/examples/go/ -out . ../../idl/tasks.thrift

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"os"
	"time"

	"github.com/apache/thrift/lib/go/thrift"

	"tasks/examples/go/tasks"
)

func main() {
	log.SetFlags(0)
	address := net.JoinHostPort(argument(1, "127.0.0.1"), argument(2, "6001"))
	if err := session(address, argument(3, "binary"), argument(4, "unframed")); err != nil {
		log.Fatal(err)
	}
}

func session(address, protocol, transport string) error {
	configuration := &thrift.TConfiguration{ConnectTimeout: 5 * time.Second, SocketTimeout: 10 * time.Second}
	connection := transports(transport, thrift.NewTSocketConf(address, configuration), configuration)
	if err := connection.Open(); err != nil {
		return err
	}
	defer connection.Close()
	wire := protocols(protocol, configuration).GetProtocol(connection)
	client := tasks.NewTasksClient(thrift.NewTStandardClient(wire, wire))
	ctx := context.Background()

	milk, err := client.Add(ctx, "alice", "buy milk")
	if err != nil {
		return err
	}
	// Go sends every argument of `update`, so that an empty name would erase the stored one: `upsert` changes one field.
	done := true
	if _, err := client.Upsert(ctx, &tasks.Task{ID: milk.ID, UserId: "alice", Done: &done}); err != nil {
		return err
	}

	rent, err := client.Add(ctx, "alice", "pay rent")
	if err != nil {
		return err
	}
	date, monthly := "2026-12-31", "FREQ=MONTHLY"
	paid := tasks.TaskEdit{DueOn: &date, Repeat: &monthly, Done: &done, Now: &date}
	edited, err := client.Edit(ctx, rent.GetID(), "alice", &paid)
	if err != nil {
		return err
	}
	fmt.Println("next:", edited.GetSuccessor().GetDueOn(), edited.GetSuccessor().GetName())

	list, err := client.All(ctx, "alice")
	if err != nil {
		return err
	}
	for _, task := range list {
		state := "open"
		if task.GetDone() {
			state = "done"
		}
		fmt.Println(task.GetCreatedOn(), state, task.GetName())
	}

	_, err = client.Upsert(ctx, &tasks.Task{ID: milk.ID, UserId: "bob", Done: &done})
	var rejected *tasks.BaseException
	if !errors.As(err, &rejected) {
		return fmt.Errorf("bob's change was not rejected: %w", err)
	}
	fmt.Println(rejected.Code, rejected.Message)
	return nil
}

func protocols(name string, configuration *thrift.TConfiguration) thrift.TProtocolFactory {
	switch name {
	case "compact":
		return thrift.NewTCompactProtocolFactoryConf(configuration)
	case "json":
		return thrift.NewTJSONProtocolFactory()
	default:
		return thrift.NewTBinaryProtocolFactoryConf(configuration)
	}
}

func transports(name string, socket thrift.TTransport, configuration *thrift.TConfiguration) thrift.TTransport {
	if name == "framed" {
		return thrift.NewTFramedTransportConf(socket, configuration)
	}
	return thrift.NewTBufferedTransport(socket, 4096)
}

func argument(position int, otherwise string) string {
	if len(os.Args) > position {
		return os.Args[position]
	}
	return otherwise
}
