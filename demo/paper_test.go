package demo

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/files"
)

func TestTheDocumentIsOneThatTheProductTakes(t *testing.T) {
	t.Parallel()
	content := document("项目名称：漓江桥扩建")
	require.Equal(t, content, document("项目名称：漓江桥扩建"), "a run that is taken up again uploads the same")
	require.NoError(t, files.Inspect("申请书.pdf", bytes.NewReader(content), int64(len(content))))
}
