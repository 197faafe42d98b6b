package httpapi

import (
	"context"
	"slices"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/store"
)

type doctorView struct {
	Status string           `json:"status" enum:"pass,warn,fail,checking,never"`
	At     stamp            `json:"at" doc:"when it was last examined"`
	Cause  *clearline.Cause `json:"cause" doc:"the verdict's cause"`
}

// volumeHours is how many hours of messages a connection's card shows.
const volumeHours = 24

// examinedOf is what examinations told of a company's connections.
type examinedOf struct {
	last     map[clearline.ID]store.Examination
	readings map[clearline.ID]map[string]store.Reading
	volumes  map[clearline.ID][]store.Volume
	open     []store.FindingRow
}

func (s *Server) examined(ctx context.Context, company clearline.ID) (x examinedOf, err error) {
	if x.last, err = s.o.Store.ExaminedOf(ctx, company); err != nil {
		return x, err
	}
	if x.readings, err = s.o.Store.LastReadings(ctx, company); err != nil {
		return x, err
	}
	if x.open, err = s.o.Store.OpenFindings(ctx, company); err != nil {
		return x, err
	}
	x.volumes, err = s.o.Store.Volumes(ctx, company, s.o.Clock.Now().Add(-(volumeHours-1)*time.Hour))
	return x, err
}

// add puts what is known of one connection into its view.
func (x examinedOf) add(v *connectionView, id clearline.ID, running bool, now time.Time) {
	v.Doctor = doctorView{Status: "never"}
	if e, ok := x.last[id]; ok {
		v.Doctor = doctorView{Status: string(e.Status), At: stampOf(e.EndedAt), Cause: orNil(e.Cause)}
		if e.Status == clearline.CouldNotTell {
			v.Doctor.Status = string(clearline.Warn)
		}
	}
	if running {
		v.Doctor.Status = "checking"
	}
	if told := x.readings[id]; len(told) > 0 {
		v.Readings = map[string]string{}
		for name, r := range told {
			v.Readings[name] = r.Value
		}
	}
	v.Volume = make([][]int, 2)
	for i := range v.Volume {
		v.Volume[i] = make([]int, volumeHours)
	}
	first := now.Truncate(time.Hour).Add(-(volumeHours - 1) * time.Hour)
	for _, hour := range x.volumes[id] {
		if i := int(hour.Hour.Sub(first) / time.Hour); i >= 0 && i < volumeHours {
			v.Volume[0][i], v.Volume[1][i] = hour.Received, hour.Sent
		}
	}
	for _, f := range x.open {
		// What is wrong already is the status; here stands what is about to be.
		if slices.ContainsFunc(v.Soon, func(s soonView) bool { return s.Cause == f.Finding.Cause }) {
			continue
		}
		if f.ConnectionID == id && f.Result == clearline.Warn && f.Finding.Cause != clearline.CauseHookQuiet {
			v.Soon = append(v.Soon, soonView{f.Finding.Cause, stampOf(f.Due)})
		}
	}
}
