// Apache's Go library in a process of its own, without generated code: one JSON object a line is asked, one is
// answered. See peer-process.ts.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

type request struct {
	target
	Op         string            `json:"op"`
	Schema     *schema           `json:"schema"`
	Connection int               `json:"connection"`
	Service    string            `json:"service"`
	Method     string            `json:"method"`
	Args       map[string]any    `json:"args"`
	Headers    map[string]string `json:"headers"`
}

// peer holds what a library's process has been asked for so far.
type peer struct {
	schema      *schema
	connections []*connection
}

func (p *peer) answer(r request) (any, error) {
	switch r.Op {
	case "load":
		p.schema = r.Schema
		return struct{}{}, nil
	case "connect":
		connection, err := connect(p.schema, r.target)
		p.connections = append(p.connections, connection)
		return map[string]int{"connection": len(p.connections) - 1}, err
	case "serve":
		port, err := serve(p.schema, r.target)
		return map[string]int{"port": port}, err
	case "call":
		return p.connections[r.Connection].call(r.Service, r.Method, r.Args, r.Headers)
	case "close":
		return struct{}{}, p.connections[r.Connection].protocol.Transport().Close()
	default:
		return nil, errors.New("no such request: " + r.Op)
	}
}

func main() {
	lines := json.NewDecoder(bufio.NewReader(os.Stdin))
	lines.UseNumber()
	answers := json.NewEncoder(os.Stdout)
	var p peer
	for {
		var r request
		if err := lines.Decode(&r); err != nil {
			return
		}
		answer, err := p.answer(r)
		if err != nil {
			answer = map[string]string{"failure": err.Error()}
		}
		if err := answers.Encode(answer); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
