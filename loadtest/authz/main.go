// What stands beside Envoy in the comparison of policies: OPA's own evaluator behind Envoy's ext_authz protocol, with
// the input and the decisions of OPA's Envoy plugin. One policy file, no bundle server, no decision log.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"net/url"
	"os"
	"strings"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	status_pb "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"
)

// What the policy decides about, as OPA's Envoy plugin names it.
type input struct {
	Attributes  any                 `json:"attributes"`
	ParsedPath  []string            `json:"parsed_path"`
	ParsedQuery map[string][]string `json:"parsed_query"`
	Version     map[string]string   `json:"version"`
}

type server struct {
	auth.UnimplementedAuthorizationServer
	query rego.PreparedEvalQuery
}

func (s *server) Check(ctx context.Context, request *auth.CheckRequest) (*auth.CheckResponse, error) {
	document, err := document(request)
	if err != nil {
		return nil, err
	}
	results, err := s.query.Eval(ctx, rego.EvalParsedInput(document))
	if err != nil {
		return nil, err
	}
	if len(results) == 0 || len(results[0].Expressions) == 0 {
		return denied(map[string]any{}), nil // undefined
	}
	switch decision := results[0].Expressions[0].Value.(type) {
	case bool:
		if decision {
			return allowed(map[string]any{}), nil
		}
		return denied(map[string]any{}), nil
	case map[string]any:
		if allow, _ := decision["allowed"].(bool); allow {
			return allowed(decision), nil
		}
		return denied(decision), nil
	default:
		return nil, fmt.Errorf("a decision is a boolean or an object, not %T", decision)
	}
}

func document(request *auth.CheckRequest) (ast.Value, error) {
	text, err := protojson.Marshal(request.GetAttributes())
	if err != nil {
		return nil, err
	}
	attributes, err := ast.ValueFromReader(strings.NewReader(string(text)))
	if err != nil {
		return nil, err
	}
	target, err := url.Parse(request.GetAttributes().GetRequest().GetHttp().GetPath())
	if err != nil {
		return nil, err
	}
	rest, err := ast.InterfaceToValue(input{
		ParsedPath:  strings.Split(strings.TrimLeft(target.Path, "/"), "/"),
		ParsedQuery: target.Query(),
		Version:     map[string]string{"encoding": "protojson", "ext_authz": "v3"},
	})
	if err != nil {
		return nil, err
	}
	whole := rest.(ast.Object)
	whole.Insert(ast.StringTerm("attributes"), ast.NewTerm(attributes))
	return whole, nil
}

func allowed(decision map[string]any) *auth.CheckResponse {
	return &auth.CheckResponse{
		Status: &status.Status{Code: int32(codes.OK)},
		HttpResponse: &auth.CheckResponse_OkResponse{OkResponse: &auth.OkHttpResponse{
			Headers:              headers(decision["headers"]),
			HeadersToRemove:      texts(decision["request_headers_to_remove"]),
			ResponseHeadersToAdd: headers(decision["response_headers_to_add"]),
		}},
	}
}

func denied(decision map[string]any) *auth.CheckResponse {
	code := int32(403)
	if given, ok := decision["http_status"].(interface{ Int64() (int64, error) }); ok {
		if number, err := given.Int64(); err == nil {
			code = int32(number)
		}
	}
	body, _ := decision["body"].(string)
	return &auth.CheckResponse{
		Status: &status.Status{Code: int32(codes.PermissionDenied)},
		HttpResponse: &auth.CheckResponse_DeniedResponse{DeniedResponse: &auth.DeniedHttpResponse{
			Status:  &status_pb.HttpStatus{Code: status_pb.StatusCode(code)},
			Headers: headers(decision["headers"]),
			Body:    body,
		}},
	}
}

func headers(value any) []*core.HeaderValueOption {
	members, _ := value.(map[string]any)
	options := make([]*core.HeaderValueOption, 0, len(members))
	for name, text := range members {
		options = append(options, &core.HeaderValueOption{
			Header:       &core.HeaderValue{Key: name, Value: fmt.Sprint(text)},
			AppendAction: core.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD,
		})
	}
	return options
}

func texts(value any) []string {
	items, _ := value.([]any)
	result := make([]string, 0, len(items))
	for _, item := range items {
		result = append(result, fmt.Sprint(item))
	}
	return result
}

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address of the ext_authz server")
	policy := flag.String("policy", "", "the Rego file")
	entrypoint := flag.String("entrypoint", "", "path of the decision, demo/decision for example")
	flag.Parse()
	text, err := os.ReadFile(*policy)
	if err != nil {
		log.Fatal(err)
	}
	query, err := rego.New(
		rego.Query("data."+strings.ReplaceAll(*entrypoint, "/", ".")),
		rego.Module(*policy, string(text)),
	).PrepareForEval(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	socket, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	rpc := grpc.NewServer()
	auth.RegisterAuthorizationServer(rpc, &server{query: query})
	log.Fatal(rpc.Serve(socket))
}
