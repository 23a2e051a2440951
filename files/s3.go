//go:build s3

package files

// The driver of S3 makes the program 14 MB larger; who keeps files in a folder goes without.
import _ "gocloud.dev/blob/s3blob"
