// Command problemdoc writes the list of refusals: every stable code with its status, field, rule and words, as they
// stand in the code.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: problemdoc <repository> <page>")
		os.Exit(2)
	}
	problems, err := read(os.Args[1])
	if err == nil {
		err = os.WriteFile(os.Args[2], page(problems), 0o644) //nolint:gosec // a page of the documentation, for everybody to read
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
