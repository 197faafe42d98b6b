package httpapi

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/clearline/clearline/account"
)

// faultRoutes lead the pages of a demo to the switches of its simulated platforms: those answer programs of this machine
// only, and pages may talk to nobody but this server. Elsewhere there are no such routes.
func (s *Server) faultRoutes(mux *http.ServeMux) {
	if s.o.Faults == nil {
		return
	}
	any := map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Type: huma.TypeObject}}}
	one := []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}}
	for _, o := range []huma.Operation{
		{OperationID: "demo-list-fault-kinds", Method: http.MethodGet, Path: "demo/faults/kinds", Summary: "What a demo's platforms can be made to do wrong"},
		{OperationID: "demo-list-faults", Method: http.MethodGet, Path: "demo/faults", Summary: "What they do wrong now"},
		{OperationID: "demo-add-fault", Method: http.MethodPost, Path: "demo/faults", Summary: "Break something", RequestBody: &huma.RequestBody{Required: true, Content: any}},
		{OperationID: "demo-end-faults", Method: http.MethodDelete, Path: "demo/faults", Summary: "Mend everything"},
		{OperationID: "demo-end-fault", Method: http.MethodDelete, Path: "demo/faults/{id}", Summary: "Mend one thing", Parameters: one},
	} {
		o.Responses = map[string]*huma.Response{"200": {Description: "as the simulator answers", Content: any}}
		s.raw(mux, account.ManageConnections, o, func(w http.ResponseWriter, r *http.Request) {
			r.URL.Path = strings.TrimPrefix(r.URL.Path, "/api/v1/demo")
			s.o.Faults.ServeHTTP(w, r)
		})
	}
}
