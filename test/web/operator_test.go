package web

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"milepost/test/installation"
)

// operator lets the scripts stop the API and start it again, as an operator would, and returns where to ask for it.
func operator(t *testing.T, in *installation.Installation) (url string) {
	t.Helper()
	m := http.NewServeMux()
	answer := func(w http.ResponseWriter, err error) {
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
	m.HandleFunc("POST /stop", func(w http.ResponseWriter, _ *http.Request) {
		in.API.Stop()
		answer(w, in.API.Ended())
	})
	m.HandleFunc("POST /start", func(w http.ResponseWriter, r *http.Request) {
		err := in.API.Start()
		if err == nil {
			err = in.Ready(r.Context())
		}
		answer(w, err)
	})
	m.HandleFunc("GET /said", func(w http.ResponseWriter, _ *http.Request) {
		_, err := w.Write([]byte(in.API.Tail()))
		answer(w, err)
	})
	m.HandleFunc("POST /faulty-table", func(w http.ResponseWriter, r *http.Request) { answer(w, fillInBadly(r.Body, w)) })
	s := httptest.NewServer(m)
	t.Cleanup(s.Close)
	return s.URL
}

// fillInBadly fills in the table of declarations: two projects as they should be, and three with mistakes that people make.
func fillInBadly(template io.Reader, to io.Writer) error {
	const sheet = "项目"
	f, err := excelize.OpenReader(template)
	if err != nil {
		return err
	}
	rows, err := f.GetRows(sheet)
	if err != nil {
		return err
	}
	good := map[string]any{
		"责任单位": "unit-gxj", "项目业主": "xinyou", "行业": "产业", "项目层级": "市级", "办理方式": "备案", "总投资（万元）": 36000, "计划开工": "2026-09-01", "计划竣工": "2028-06-30",
	}
	wrong := []map[string]any{
		{"项目名称": "桂林高新区储能电池生产线"},
		{"项目名称": "桂林经济技术开发区汽车零部件产业园", "总投资（万元）": "约三亿", "行业": "工业"},
		{"项目名称": "临桂新区智慧物流中心"},
		{"项目名称": "", "计划竣工": "2025-06-30"},
		{"项目名称": "苏桥园区污水处理厂提标改造", "责任单位": "高新区管委会", "新增建设用地指标（亩）": -5},
	}
	for i, mistakes := range wrong {
		for column, header := range rows[0] {
			header = strings.TrimSuffix(header, "*")
			value, typed := mistakes[header]
			if !typed {
				value = good[header]
			}
			name, err := excelize.ColumnNumberToName(column + 1)
			if err != nil {
				return err
			}
			if err := f.SetCellValue(sheet, fmt.Sprint(name, i+2), value); err != nil {
				return err
			}
		}
	}
	return f.Write(to)
}
