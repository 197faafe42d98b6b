// Command clearline is the shared inbox: server, demo, simulators and tools in one program.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata"

	"github.com/alecthomas/kong"
	_ "golang.org/x/crypto/x509roots/fallback" // public roots for machines that have none

	"github.com/clearline/clearline"
)

// version is set by the build.
var version = "dev"

// The exit codes: 1 a check fails, 2 could not run.
const (
	exitCheck = 1
	exitError = 2
)

// errCheck ends a command whose check failed; what failed has been printed.
var errCheck = errors.New("a check failed")

type cli struct {
	Config    kong.ConfigFlag `env:"CLEARLINE_CONFIG" placeholder:"FILE" help:"TOML file with settings, each under the name of its flag; flags and environment win over it."`
	LogFormat string          `enum:"text,json" default:"text" env:"CLEARLINE_LOG_FORMAT" help:"How log lines on stderr look: text or json."`
	LogLevel  string          `enum:"debug,info,warn,error" default:"info" env:"CLEARLINE_LOG_LEVEL" help:"The least severe lines to log."`

	Serve   serveCmd   `cmd:"" help:"Run the inbox."`
	Demo    demoCmd    `cmd:"" help:"Run the inbox beside simulated platforms, with customers who keep writing."`
	Sim     simCmd     `cmd:"" help:"Run the simulated platforms alone, to test any software against them."`
	Bench   benchCmd   `cmd:"" help:"Measure this program on this machine, or a running installation."`
	Doctor  doctorCmd  `cmd:"" help:"Say what is wrong with the server and its connections, and what to do."`
	Explain explainCmd `cmd:"" help:"Say what an error code or a cause means, and what to do."`
	Backup  backupCmd  `cmd:"" help:"Copy the SQLite database while the server works, to a file that is whole and checked."`
	Restore restoreCmd `cmd:"" help:"Bring a backup back, so that nothing is sent twice."`
	Migrate migrateCmd `cmd:"" help:"Bring the database's schema up to date, and do nothing else."`
	Company companyCmd `cmd:"" help:"Make and list companies."`
	User    userCmd    `cmd:"" help:"Add people, give them links to choose a password, deactivate them."`
	Rekey   rekeyCmd   `cmd:"" help:"Seal the stored credentials with another key."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c cli
	parser, err := c.parser(ctx, kong.ShortUsageOnError(), kong.Exit(func(code int) {
		if code != 0 {
			code = exitError
		}
		os.Exit(code)
	}))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitError)
	}
	args := os.Args[1:]
	if len(args) == 0 {
		args = []string{"--help"}
	}
	run, err := parser.Parse(args)
	parser.FatalIfErrorf(err)
	slog.SetDefault(logger(c.LogFormat, c.LogLevel))
	switch err := run.Run(); {
	case err == nil, errors.Is(err, context.Canceled) && ctx.Err() != nil:
	case errors.Is(err, errCheck):
		os.Exit(exitCheck)
	default:
		fmt.Fprintln(os.Stderr, "clearline:", strings.TrimSpace(plainly(err).Error()))
		if p, ok := errors.AsType[*clearline.Problem](err); ok {
			fmt.Fprintf(os.Stderr, "More about it: clearline explain %s\n", p.Cause)
		}
		os.Exit(exitError)
	}
}

// parser reads flags, environment and the settings file.
func (c *cli) parser(ctx context.Context, more ...kong.Option) (*kong.Kong, error) {
	return kong.New(c, append(more, kong.Name("clearline"), kong.Configuration(loadConfig), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Description("A shared inbox that can always say why a message did not arrive."), kong.Vars{"benchmarks": benchmarks()}, kong.BindTo(ctx, (*context.Context)(nil)))...)
}

func logger(format, level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: l}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, o))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, o))
}

type versionCmd struct{}

func (versionCmd) Run() error {
	fmt.Println("clearline", version)
	return nil
}
