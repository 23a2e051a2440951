// Package web holds the built user interface (npm run build). Its sources are TypeScript; see README.md.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Built returns the built user interface; nil where it was not built.
func Built() fs.FS {
	if _, err := fs.Stat(dist, "dist/index.html"); err != nil {
		return nil
	}
	built, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil
	}
	return built
}
