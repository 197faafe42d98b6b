package meta

import "time"

// Version is one version of the Graph API as dated data (C23).
type Version struct {
	Name string
	Came time.Time
	// Ends is when calls that name it are answered by a newer one; zero while Meta has not announced it.
	Ends time.Time
}

// Versions are those that are known, the newest first. Each was given an end about two years after the next one came;
// that of the newest is therefore open. Source: Meta, Graph API changelog, "Available Graph API versions"; read Sep 2026.
var Versions = []Version{
	{"v26.0", day(2026, 7, 29), time.Time{}},
	{"v25.0", day(2026, 2, 18), day(2028, 7, 29)},
	{"v24.0", day(2025, 10, 8), day(2028, 2, 18)},
	{"v23.0", day(2025, 5, 29), day(2027, 10, 8)},
	{"v22.0", day(2025, 1, 21), day(2027, 5, 20)},
	{"v21.0", day(2024, 10, 2), day(2027, 1, 21)},
	{"v20.0", day(2024, 5, 21), day(2026, 9, 24)},
}

func day(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

// EndsBy is when a version ends, or the earliest day that it may: two years after it came, where Meta has announced
// nothing yet. announced tells which. A version that is not known gives the zero time.
func EndsBy(name string) (end time.Time, announced bool) {
	for _, v := range Versions {
		switch {
		case v.Name != name:
		case v.Ends.IsZero():
			return v.Came.AddDate(2, 0, 0), false
		default:
			return v.Ends, true
		}
	}
	return time.Time{}, false
}
