package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"milepost/api/contract"
	"milepost/domain"
	"milepost/domain/calendar"
)

// GetClock tells the civil time, and whether it is simulated.
func (s *Server) GetClock(c echo.Context) error {
	return c.JSON(http.StatusOK, contract.CivilClock{
		Now: s.civil().In(calendar.Zone), Simulated: s.clock.Simulated(), Rate: s.clock.Rate, Zone: "Asia/Shanghai",
	})
}

// calendarInForce is the calendar that new deadlines are computed with.
func (s *Server) calendarInForce() (*calendar.Calendar, error) {
	cal, ok := s.rules.CurrentCalendar()
	if !ok {
		return nil, domain.Busy("calendar.loading", "日历正在加载，请稍后重试", "The calendar is being loaded; try again shortly.")
	}
	return cal, nil
}

// ListCalendarDays tells of every day of a year whether it is worked.
func (s *Server) ListCalendarDays(c echo.Context, p contract.ListCalendarDaysParams) error {
	cal, err := s.calendarInForce()
	if err != nil {
		return err
	}
	out := contract.CalendarYear{Year: p.Year, CalendarVersion: cal.Version(), Provisional: !cal.Covers(p.Year)}
	for d := calendar.NewDate(p.Year, time.January, 1); d.Year == p.Year; d = d.AddDays(1) {
		day := cal.Day(d)
		out.Days = append(out.Days, contract.CalendarDay{
			Date: d.String(), Working: day.Working, Kind: contract.CalendarDayKind(day.Kind), Name: day.Name, Provisional: day.Provisional,
		})
	}
	return c.JSON(http.StatusOK, out)
}

// ExplainDeadline works out when a limit of working days ends, and tells why day by day.
func (s *Server) ExplainDeadline(c echo.Context, p contract.ExplainDeadlineParams) error {
	cal, err := s.calendarInForce()
	if err != nil {
		return err
	}
	limit := calendar.Limit{Received: p.Received, Days: p.Days}
	for _, span := range p.Pause {
		pause, err := pauseOf(span)
		if err != nil {
			return err
		}
		if calendar.DateOf(p.Received).AddDays(mostPaused).Before(pause.To) {
			return domain.Invalid("limit.pause", "pause", "", "暂停不能超过十年", "A pause cannot reach further than ten years.")
		}
		limit.Pauses = append(limit.Pauses, pause)
	}
	if p.Close != "" {
		if limit.Close, err = calendar.ParseTimeOfDay(p.Close); err != nil {
			return domain.Invalid("limit.close", "close", "", "下班时间不正确", "Close of business is no time of day.")
		}
	}
	deadline, days, err := cal.Explain(limit)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, contract.Deadline{
		DeemedReceipt: deadline.DeemedReceipt.String(), Due: deadline.Due, Standing: deadline.Standing, Provisional: deadline.Provisional,
		CalendarVersion: deadline.Calendar, Days: each(days, showDay),
	})
}

// mostPaused bounds the explanation, which has a line for every day.
const mostPaused = 3660

// pauseOf reads a span such as 2026-09-28/2026-10-09; without an end the clock still stands.
func pauseOf(span string) (calendar.Pause, error) {
	from, to, _ := strings.Cut(span, "/")
	first, err := calendar.ParseDate(from)
	var last calendar.Date
	if err == nil && to != "" {
		last, err = calendar.ParseDate(to)
	}
	if err != nil || to != "" && last.Before(first) {
		return calendar.Pause{}, domain.Invalid("limit.pause", "pause", "", "暂停区间须写成 起日/止日，止日不早于起日", "A pause is written as first day/last day, the last not before the first.")
	}
	return calendar.Pause{From: first, To: last}, nil
}
