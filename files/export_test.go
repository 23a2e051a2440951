package files

import "os"

// ReceiveOn has a shelf receive on a file of a test's.
func (s *Shelf) ReceiveOn(open func() (*os.File, error)) { s.spool = open }
