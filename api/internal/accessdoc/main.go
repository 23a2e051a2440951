// Command accessdoc writes the access table, in the order of the contract, as a page of the documentation.
package main

import (
	"fmt"
	"os"

	"github.com/getkin/kin-openapi/openapi3"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: accessdoc <contract> <page>")
		os.Exit(2)
	}
	spec, err := openapi3.NewLoader().LoadFromFile(os.Args[1])
	if err == nil {
		err = os.WriteFile(os.Args[2], page(spec), 0o644) //nolint:gosec // a page of the documentation, for everybody to read
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
