package api

import (
	"embed"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
)

// docs is the interactive page of the API; it loads nothing from elsewhere.
//
//go:embed docs
var docs embed.FS

// pages hangs up the contract, its interactive page, and the built user interface.
func (s *Server) pages(spec *openapi3.T, web fs.FS) error {
	specJSON, err := spec.MarshalJSON()
	if err != nil {
		return err
	}
	e := s.echo
	e.GET(base+"/openapi.yaml", func(c echo.Context) error { return c.Blob(http.StatusOK, "application/yaml", specYAML) })
	e.GET(base+"/openapi.json", func(c echo.Context) error { return c.Blob(http.StatusOK, "application/json", specJSON) })
	e.GET("/api/docs", func(c echo.Context) error { return c.Redirect(http.StatusMovedPermanently, "/api/docs/") })
	e.GET("/api/docs/*", echo.WrapHandler(http.StripPrefix("/api", http.FileServerFS(docs))))
	e.RouteNotFound("/api/*", s.nothing)
	if web == nil {
		e.GET("/", func(c echo.Context) error { return c.Redirect(http.StatusFound, "/api/docs/") })
		return nil
	}
	e.GET("/*", userInterface(web))
	return nil
}

// userInterface serves the built page. Files with a hash in their name are kept for ever; every other path is a place
// inside the page for a browser, and nothing for a program.
func userInterface(web fs.FS) echo.HandlerFunc {
	files := http.FileServerFS(web)
	return func(c echo.Context) error {
		name := strings.TrimPrefix(path.Clean("/"+c.Request().URL.Path), "/")
		if info, err := fs.Stat(web, name); name != "" && err == nil && !info.IsDir() {
			if strings.HasPrefix(name, "assets/") {
				c.Response().Header().Set(echo.HeaderCacheControl, "public, max-age=31536000, immutable")
			}
			files.ServeHTTP(c.Response(), c.Request())
			return nil
		}
		browser := strings.Contains(c.Request().Header.Get(echo.HeaderAccept), echo.MIMETextHTML)
		if strings.HasPrefix(name, "assets/") || name != "" && !browser {
			return echo.ErrNotFound
		}
		c.Response().Header().Set(echo.HeaderCacheControl, "no-cache")
		page, err := fs.ReadFile(web, "index.html")
		if err != nil {
			return echo.ErrNotFound
		}
		return c.HTMLBlob(http.StatusOK, page)
	}
}
