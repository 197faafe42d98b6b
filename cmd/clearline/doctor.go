package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/clearline/clearline"
	"github.com/clearline/clearline/app"
	"github.com/clearline/clearline/doctor"
)

type doctorCmd struct {
	settings
	bases
	Connection string `placeholder:"ID" help:"Examine this connection alone; all when left out."`
	URL        string `env:"CLEARLINE_URL" placeholder:"URL" help:"A running server to ask, such as https://inbox.example.org. Without it the data folder is opened here."`
	APIKey     string `env:"CLEARLINE_API_KEY" placeholder:"KEY" help:"API key of that server."`
	JSON       bool   `help:"Print JSON: {\"server\":report,\"connections\":[report]}."`
}

func (doctorCmd) Help() string {
	return "Examines the server from outside in, and each connection from the account down, in the words of the connection's page.\n\n" +
		"  clearline doctor --url https://inbox.example.org --api-key KEY\n  clearline doctor --data-dir /var/lib/clearline\n\n" +
		"It exits with 0 when nothing fails, 1 when something does, 2 when nothing could be examined."
}

// examinedAll is what was found, and what --json prints.
type examinedAll struct {
	Server      doctor.Report   `json:"server"`
	Connections []doctor.Report `json:"connections"`
	names       []string
}

func (c *doctorCmd) Run(ctx context.Context) error {
	var id clearline.ID
	if c.Connection != "" {
		var err error
		if id, err = clearline.ParseID(c.Connection); err != nil {
			return fmt.Errorf("--connection: %q is no connection's id: copy it from the address of its page", c.Connection)
		}
	}
	all, err := c.examine(ctx, id)
	if err != nil {
		return err
	}
	if err := all.print(os.Stdout, c.JSON); err != nil {
		return err
	}
	if all.fails() {
		return errCheck
	}
	return nil
}

func (c *doctorCmd) examine(ctx context.Context, id clearline.ID) (*examinedAll, error) {
	if c.URL != "" {
		return c.ask(ctx)
	}
	if err := c.dataDir(); err != nil {
		return nil, err
	}
	o := c.app()
	o.GraphURL, o.FacebookURL, o.StatusURL = c.GraphURL, c.FacebookURL, c.StatusURL
	x, err := app.Examine(ctx, o, id)
	if err != nil {
		return nil, err
	}
	all := &examinedAll{Server: x.Server, Connections: []doctor.Report{}}
	for _, one := range x.Connections {
		all.Connections, all.names = append(all.Connections, one.Report), append(all.names, one.Name)
	}
	return all, nil
}

// ask lets a running server examine itself and its connections, side by side.
func (c *doctorCmd) ask(ctx context.Context) (*examinedAll, error) {
	if c.APIKey == "" {
		return nil, errors.New("a running server wants a key: give one with --api-key, or set CLEARLINE_API_KEY")
	}
	var list struct {
		Items []struct {
			ID, Platform, Name string
			Cause              clearline.Cause
		}
	}
	err := c.call(ctx, http.MethodGet, "connections", &list)
	if down, ok := errors.AsType[*down](err); ok {
		return &examinedAll{Server: doctor.Unopened(down.cause, down.what, time.Now()), Connections: []doctor.Report{}}, nil
	}
	if err != nil {
		return nil, err
	}
	all := &examinedAll{Connections: []doctor.Report{}}
	var ids []string
	for _, one := range list.Items {
		if c.Connection == "" && one.Cause != clearline.CauseEnded || c.Connection == one.ID {
			ids = append(ids, one.ID)
			all.names = append(all.names, clearline.Platform(one.Platform).Name()+" · "+one.Name)
		}
	}
	if c.Connection != "" && len(ids) == 0 {
		return nil, fmt.Errorf("there is no connection %s on %s, or it belongs to another company", c.Connection, c.URL)
	}
	all.Connections = make([]doctor.Report, len(ids))
	errs := make([]error, len(ids)+1)
	var under sync.WaitGroup
	under.Go(func() { errs[len(ids)] = c.call(ctx, http.MethodPost, "doctor", &all.Server) })
	for i, id := range ids {
		under.Go(func() { errs[i] = c.call(ctx, http.MethodPost, "connections/"+id+"/doctor", &all.Connections[i]) })
	}
	under.Wait()
	return all, errors.Join(errs...)
}

// examineFor is how long a server may take: an examination takes ten seconds at most, and may wait for one under way.
const examineFor = time.Minute

func (c *doctorCmd) call(ctx context.Context, method, path string, into any) error {
	body, err := ask(ctx, c.URL, c.APIKey, method, path, examineFor)
	if r, ok := errors.AsType[*refusal](err); ok && r.status == http.StatusServiceUnavailable && r.cause != "" && r.cause != clearline.CauseBusy {
		return &down{r.cause, "the server at " + c.URL + " answers nothing else: " + r.title}
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%s does not answer as a Clearline server: %w", c.URL, err)
	}
	return nil
}

// down is the answer of a server that cannot work yet, and says why. Being busy is no such reason: it passes.
type down struct {
	cause clearline.Cause
	what  string
}

func (d *down) Error() string { return d.what }

// fails tells whether a check fails somewhere, or the platform is in trouble. A warning alone does not.
func (x *examinedAll) fails() bool {
	for _, r := range append([]doctor.Report{x.Server}, x.Connections...) {
		if len(r.Findings) > 0 && r.Findings[0].Severity != clearline.Warn {
			return true
		}
	}
	return false
}

func (x *examinedAll) print(w io.Writer, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		return e.Encode(x)
	}
	if err := doctor.Print(w, "Server", x.Server); err != nil {
		return err
	}
	for i, r := range x.Connections {
		if _, err := fmt.Fprintln(w); err != nil {
			return err
		}
		if err := doctor.Print(w, x.names[i], r.Without(x.Server)); err != nil {
			return err
		}
	}
	return nil
}
