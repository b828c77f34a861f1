// Serves route configurations with go-control-plane, as FleetLoad of our own management server
// does: POST /?routes=N writes N of them, POST /?content=N changes the first one.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"strconv"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"github.com/envoyproxy/go-control-plane/pkg/cache/types"
	"github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"github.com/envoyproxy/go-control-plane/pkg/server/v3"
	"google.golang.org/grpc"
)

// content is what is served: all nodes get the same.
type content interface {
	watches() cache.Cache
	set(routes []types.Resource, changed types.Resource, version string) error
}

// linear keeps one type, and looks only at what changed: go-control-plane at its best.
type linear struct{ *cache.LinearCache }

func (l linear) watches() cache.Cache { return l }

func (l linear) set(routes []types.Resource, changed types.Resource, _ string) error {
	if changed != nil {
		return l.UpdateResource(cache.GetResourceName(changed), changed)
	}
	for _, one := range routes {
		if err := l.UpdateResource(cache.GetResourceName(one), one); err != nil {
			return err
		}
	}
	return nil
}

// snapshots is what most control planes use.
type snapshots struct{ cache.SnapshotCache }

type everybody struct{}

func (everybody) ID(*core.Node) string { return "all" }

func (s snapshots) watches() cache.Cache { return s }

func (s snapshots) set(routes []types.Resource, _ types.Resource, version string) error {
	snapshot, err := cache.NewSnapshot(version, map[resource.Type][]types.Resource{resource.RouteType: routes})
	if err != nil {
		return err
	}
	return s.SetSnapshot(context.Background(), "all", snapshot)
}

func routes(i int, content string) types.Resource {
	return &route.RouteConfiguration{
		Name: fmt.Sprintf("routes-%d", i),
		VirtualHosts: []*route.VirtualHost{{
			Name:    fmt.Sprintf("host-%d", i),
			Domains: []string{fmt.Sprintf("host-%d.example.org", i)},
			Routes: []*route.Route{{
				Match: &route.RouteMatch{PathSpecifier: &route.RouteMatch_Prefix{Prefix: "/"}},
				Action: &route.Route_DirectResponse{DirectResponse: &route.DirectResponseAction{
					Status: 200,
					Body: &core.DataSource{Specifier: &core.DataSource_InlineString{
						InlineString: "content " + content}},
				}},
			}},
		}},
	}
}

func main() {
	xds := flag.String("xds", "127.0.0.1:0", "for nodes")
	control := flag.String("control", "127.0.0.1:0", "for changes")
	kind := flag.String("cache", "snapshot", "snapshot or linear")
	flag.Parse()
	var served content = snapshots{cache.NewSnapshotCache(true, everybody{}, nil)}
	if *kind == "linear" {
		served = linear{cache.NewLinearCache(resource.RouteType)}
	}
	grpcServer := grpc.NewServer(grpc.MaxConcurrentStreams(1000))
	discovery.RegisterAggregatedDiscoveryServiceServer(
		grpcServer, server.NewServer(context.Background(), served.watches(), nil))
	listener, err := net.Listen("tcp", *xds)
	if err != nil {
		log.Fatal(err)
	}
	go func() { log.Fatal(grpcServer.Serve(listener)) }()
	var all []types.Resource
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			return // somebody asks whether we are here
		}
		var changed types.Resource
		if count, err := strconv.Atoi(r.FormValue("routes")); err == nil {
			all = nil
			for i := 0; i < count; i++ {
				all = append(all, routes(i, "0"))
			}
		} else {
			changed = routes(0, r.FormValue("content"))
			all = append([]types.Resource{changed}, all[1:]...)
		}
		if err := served.set(all, changed, "v"+r.FormValue("content")); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	log.Fatal(http.ListenAndServe(*control, nil))
}
