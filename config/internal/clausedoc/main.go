// Command clausedoc writes the table of clauses: what each asks for, where in the packs and the core it acts, and
// which tests prove it. What nothing proves is listed as open.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: clausedoc <repository> <page>")
		os.Exit(2)
	}
	t, err := read(os.Args[1])
	if err == nil {
		err = os.WriteFile(os.Args[2], t.page(), 0o644) //nolint:gosec // a page of the documentation, for everybody to read
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
