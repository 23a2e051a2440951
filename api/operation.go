package api

import (
	"cmp"
	_ "embed"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/labstack/echo/v4"
)

// specYAML is the contract as it was written; the server answers with it and is held to it.
//
//go:embed openapi.yaml
var specYAML []byte

// base is where the contract's paths begin.
const base = "/api/v1"

// operation is one act or read of the contract, with who may call it.
type operation struct {
	id       string
	rule     Rule
	known    bool            // it has a row in the access table
	route    *routers.Route  // as the contract's checker knows it
	query    map[string]bool // the query parameters it takes, and whether more than once
	headers  []string        // the headers it takes
	path     []string        // the parameters in its path
	handles  []string        // those of them that write "~" for "/"
	anyQuery bool            // a provider of single sign-on adds what it likes
	fields   map[string]bool // the fields of its body
	body     int64           // the most bytes that its body may have
	takes    bool            // its body is a file
	gives    bool            // its answer is a file
}

// heavyBodies are the operations that take in more than a command may weigh.
var heavyBodies = map[string]int64{"publishPack": 2 << 20}

// loadSpec reads the contract.
func loadSpec() (*openapi3.T, error) {
	defineFormats()
	spec, err := openapi3.NewLoader().LoadFromData(specYAML)
	if err != nil {
		return nil, fmt.Errorf("read openapi.yaml: %w", err)
	}
	return spec, nil
}

// loadedSpec is the contract, read once; nobody changes it.
var loadedSpec = sync.OnceValues(loadSpec)

// operationsOf lists the contract's operations under method and route, as echo names routes.
func operationsOf(spec *openapi3.T) map[string]*operation {
	ops := map[string]*operation{}
	for path, item := range spec.Paths.Map() {
		for method, op := range item.Operations() {
			o := &operation{id: op.OperationID, query: map[string]bool{}, fields: map[string]bool{}, body: cmp.Or(heavyBodies[op.OperationID], maxBody)}
			o.route = &routers.Route{Spec: spec, Path: path, PathItem: item, Method: method, Operation: op}
			o.rule, o.known = Access[op.OperationID]
			_, o.anyQuery = op.Extensions["x-any-query"]
			for _, p := range append(item.Parameters, op.Parameters...) {
				switch p.Value.In {
				case openapi3.ParameterInQuery:
					o.query[p.Value.Name] = p.Value.Schema.Value.Type.Is(openapi3.TypeArray)
				case openapi3.ParameterInHeader:
					o.headers = append(o.headers, p.Value.Name)
				case openapi3.ParameterInPath:
					o.path = append(o.path, p.Value.Name)
					if strings.HasSuffix(p.Value.Schema.Ref, "/PathHandle") {
						o.handles = append(o.handles, p.Value.Name)
					}
				}
			}
			if op.RequestBody != nil {
				o.takes = op.RequestBody.Value.Content["*/*"] != nil
				for name := range op.RequestBody.Value.Content.Get("application/json").Schema.Value.Properties {
					o.fields[name] = true
				}
			}
			if done := op.Responses.Status(http.StatusOK); done != nil {
				o.gives = done.Value.Content["*/*"] != nil
			}
			ops[method+" "+echoPath(path)] = o
		}
	}
	return ops
}

// byID lists operations under their ids.
func byID(ops map[string]*operation) map[string]*operation {
	named := map[string]*operation{}
	for _, o := range ops {
		named[o.id] = o
	}
	return named
}

// echoPath writes a path of the contract as echo does: /projects/{projectId} is /api/v1/projects/:projectId.
func echoPath(path string) string {
	return base + strings.NewReplacer("{", ":", "}", "").Replace(path)
}

const operationKey = "milepost.operation"

// operationOf is the operation that a request calls; the empty one when it is none of the contract's.
func operationOf(c echo.Context) *operation {
	if o, ok := c.Get(operationKey).(*operation); ok {
		return o
	}
	return &operation{}
}

// flows tells whether a request or its answer is a file or a stream: these take as long as they take, and are sent as
// they are.
func (s *Server) flows(c echo.Context) bool {
	o, ok := s.operations[c.Request().Method+" "+c.Path()]
	return ok && (o.takes || o.gives || o.id == "stream")
}

// pointerTo writes the name of a body's field as a JSON pointer: marks.2.key is /marks/2/key. Names of parameters and
// headers stay as they are; what the rooms behind call an id is the one in the path.
func pointerTo(field string, o *operation) string {
	if header, ok := headers[field]; ok {
		return header
	}
	head, _, _ := strings.Cut(field, ".")
	switch {
	case head != "" && o.fields[head]:
		return "/" + strings.ReplaceAll(field, ".", "/")
	case field == "id" && len(o.path) > 0:
		return o.path[len(o.path)-1]
	case slices.Contains(o.path, field+"Id"):
		return field + "Id"
	default:
		return field
	}
}

// headers are the fields of a command that come as headers.
var headers = map[string]string{"occurredAt": occurredHeader, "lateBasis": basisHeader}
