// Package sqlite3 stands in for the C binding that gorm's SQLite dialect links by default. We run that dialect
// over a driver in pure Go, so the binding would only cost a C compiler and a minute of building.
package sqlite3
