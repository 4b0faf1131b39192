// Kitex as a peer of the transport: `kitex client IDL ADDRESS TRANSPORT CONNECTIONS` calls the service Echo, `kitex server
// IDL` serves it. Each answer is one line of JSON.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"github.com/bytedance/gopkg/cloud/metainfo"
	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/client/genericclient"
	"github.com/cloudwego/kitex/pkg/connpool"
	"github.com/cloudwego/kitex/pkg/generic"
	"github.com/cloudwego/kitex/pkg/klog"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/server"
	"github.com/cloudwego/kitex/server/genericserver"
	"github.com/cloudwego/kitex/transport"
)

var transports = map[string]transport.Protocol{
	"framed":          transport.Framed,
	"ttheader":        transport.TTHeader,
	"ttheader-framed": transport.TTHeaderFramed,
}

func main() {
	klog.SetLevel(klog.LevelFatal)
	provider, err := generic.NewThriftFileProvider(os.Args[2])
	if err != nil {
		fail(err)
	}
	echo, err := generic.JSONThriftGeneric(provider)
	if err != nil {
		fail(err)
	}
	if os.Args[1] == "server" {
		serve(echo)
	} else {
		call(echo, os.Args[3], transports[os.Args[4]], os.Args[5] == "multiplexed")
	}
}

func call(echo generic.Generic, address string, protocol transport.Protocol, isMultiplexed bool) {
	options := []client.Option{
		client.WithHostPorts(address),
		client.WithTransportProtocol(protocol),
		client.WithMetaHandler(transmeta.ClientTTHeaderHandler),
		client.WithMetaHandler(transmeta.MetainfoClientHandler),
		client.WithConnectTimeout(5 * time.Second),
		client.WithRPCTimeout(5 * time.Second),
	}
	if isMultiplexed {
		options = append(options, client.WithMuxConnection(1))
	} else {
		options = append(options, client.WithLongConnection(connpool.IdleConfig{MaxIdlePerAddress: 4, MaxIdleTimeout: time.Minute}))
	}
	peer, err := genericclient.NewClient("echo", echo, options...)
	if err != nil {
		fail(err)
	}
	ctx := metainfo.WithValue(context.Background(), "TENANT", "acme")
	print("echo", ctx, peer, map[string]any{"text": "grüße"})
	print("refused", ctx, peer, map[string]any{"text": "refuse"})
	print("failed", ctx, peer, map[string]any{"text": "fail"})
	print("again", ctx, peer, map[string]any{"text": "again"})
	var calls sync.WaitGroup
	answers := make([]string, 50)
	for i := range answers {
		calls.Add(1)
		go func() {
			defer calls.Done()
			answers[i], _ = answer(ctx, peer, map[string]any{"text": fmt.Sprint(i), "ms": (i * 7) % 20})
		}()
	}
	calls.Wait()
	for i, text := range answers {
		if text != fmt.Sprint(i) {
			fail(fmt.Errorf("call %d was answered %s", i, text))
		}
	}
	show("concurrent", "50", nil)
}

func print(name string, ctx context.Context, peer genericclient.Client, request map[string]any) {
	text, err := answer(ctx, peer, request)
	show(name, text, err)
}

func answer(ctx context.Context, peer genericclient.Client, request map[string]any) (string, error) {
	text, _ := json.Marshal(request)
	reply, err := peer.GenericCall(ctx, "echo", string(text))
	if err != nil {
		return "", err
	}
	var response struct{ Text string }
	err = json.Unmarshal([]byte(reply.(string)), &response)
	return response.Text, err
}

func show(name string, reply string, err error) {
	line := map[string]string{"name": name, "reply": reply}
	if err != nil {
		line["error"] = err.Error()
	}
	text, _ := json.Marshal(line)
	fmt.Println(string(text))
}

type handler struct{}

func (*handler) GenericCall(ctx context.Context, method string, request interface{}) (interface{}, error) {
	var args struct {
		Text string
		Ms   int
	}
	if err := json.Unmarshal([]byte(request.(string)), &args); err != nil {
		return nil, err
	}
	time.Sleep(time.Duration(args.Ms) * time.Millisecond)
	if args.Text == "fail" {
		return nil, fmt.Errorf("cannot")
	}
	tenant, _ := metainfo.GetValue(ctx, "TENANT")
	text, err := json.Marshal(map[string]string{"text": args.Text + tenant})
	return string(text), err
}

func serve(echo generic.Generic) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fail(err)
	}
	peer := genericserver.NewServer(
		&handler{},
		echo,
		server.WithListener(listener),
		server.WithMetaHandler(transmeta.ServerTTHeaderHandler),
		server.WithMetaHandler(transmeta.MetainfoServerHandler),
	)
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	if err := peer.Run(); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
