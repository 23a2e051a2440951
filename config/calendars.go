// Package config holds the settings of a process and the data that the product ships with: policy packs and
// working-day calendars.
package config

import (
	"embed"
	"fmt"

	"milepost/domain/calendar"
)

//go:embed calendars/*.yaml
var calendarFiles embed.FS

// CalendarYears returns the State Council's notices that the product ships with, one for each year, in order.
func CalendarYears() ([]calendar.Year, error) {
	files, err := calendarFiles.ReadDir("calendars")
	if err != nil {
		return nil, fmt.Errorf("shipped calendars: %w", err)
	}
	years := make([]calendar.Year, 0, len(files))
	for _, file := range files {
		name := "calendars/" + file.Name()
		data, err := calendarFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("shipped calendars: %w", err)
		}
		year, err := calendar.ParseYear(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		years = append(years, year)
	}
	return years, nil
}

// Calendar returns the working-day calendar of the shipped notices. Notices that are published later are loaded
// on top of it with calendar.Calendar.With.
func Calendar() (*calendar.Calendar, error) {
	years, err := CalendarYears()
	if err != nil {
		return nil, err
	}
	return calendar.New(years...)
}
