package api

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"milepost/domain"
)

// methods are those under which there may be something.
var methods = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// nothing answers a request for what is not there: 405 with the methods that the path has, 404 when it has none.
func (s *Server) nothing(c echo.Context) error {
	there := s.methodsOf(echo.GetPath(c.Request()))
	if len(there) == 0 {
		return echo.ErrNotFound
	}
	all := strings.Join(there, ", ")
	c.Response().Header().Set(echo.HeaderAllow, all)
	return &refusal{status: http.StatusMethodNotAllowed, code: "method-not-allowed", text: domain.Text{
		Zh: "此地址只支持 " + all, En: "This address knows only " + all + ".",
	}}
}

// methodsOf lists the methods of a path of the contract.
func (s *Server) methodsOf(path string) []string {
	var there []string
	for _, method := range methods {
		probe := s.echo.AcquireContext()
		s.echo.Router().Find(method, path, probe)
		if _, ok := s.operations[method+" "+probe.Path()]; ok {
			there = append(there, method)
		}
		s.echo.ReleaseContext(probe)
	}
	return there
}
