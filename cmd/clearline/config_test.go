package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A setting comes from its flag, else from the environment, else from the file; lists, numbers and durations read alike
// from all three. It is not parallel: it sets the environment.
func TestSettingsComeFromFlagEnvironmentFile(t *testing.T) {
	dir := t.TempDir()
	held := filepath.Join(dir, "secret")
	if err := os.WriteFile(held, []byte("  from a file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "clearline.toml")
	text := `addr = "127.0.0.1:1"
public-url = "https://file.example.org"
trusted-proxies = ["127.0.0.1", "10.0.0.0/8"]
min-free-disk = 5
raw-retention = "10h"
meta-app-id = "1"
meta-app-secret = "file:` + held + `"
status-url = "off"
sim-addr = "127.0.0.1:9"
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CLEARLINE_CONFIG", file)
	t.Setenv("CLEARLINE_PUBLIC_URL", "https://environment.example.org")
	t.Setenv("CLEARLINE_META_APP_ID", "2")
	t.Setenv("CLEARLINE_META_VERIFY_TOKEN", "a word")
	var c cli
	parser, err := c.parser(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse([]string{"serve", "--meta-app-id", "3"}); err != nil {
		t.Fatal(err)
	}
	o := c.Serve.options()
	if o.Addr != "127.0.0.1:1" || o.PublicURL != "https://environment.example.org" || o.MetaApp.ID != "3" || o.MetaApp.Secret != "from a file" || o.MetaApp.VerifyToken != "a word" ||
		!slices.Equal(o.TrustedProxies, []string{"127.0.0.1", "10.0.0.0/8"}) || o.MinFreeDisk != 5 || o.RawRetention.Hours() != 10 || o.StatusURL != "off" || o.GraphURL != "https://graph.facebook.com" {
		t.Errorf("%+v", o)
	}
}

// A settings file or a secret's file that cannot be meant stops the start, with what is wrong and where.
func TestBadSettingsFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty")
	if err := os.WriteFile(empty, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ file, want string }{
		"a name that is none":       {`datadir = "x"`, `"datadir" is no setting`},
		"a flag that is no setting": {`json = true`, `"json" is no setting`},
		"the variable's name":       {`CLEARLINE_DATA_DIR = "x"`, `is written "data-dir"`},
		"underscores":               {`data_dir = "x"`, `is written "data-dir"`},
		"no TOML":                   {"addr = \"a\"\naddr 5", "line 2"},
		"a list for one value":      {`addr = ["a", "b"]`, "addr takes a value like its flag"},
		"a table":                   {"[addr]\nx = 1", "addr takes a value like its flag"},
		"no number":                 {`min-free-disk = "much"`, "--min-free-disk"},
		"itself":                    {`config = "x"`, `"config" is no setting`},
		"a secret without a file":   {`meta-app-secret = "file:` + dir + `/none"`, "--meta-app-secret: its file cannot be read"},
		"an empty secret":           {`meta-app-secret = "file:` + empty + `"`, "is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "clearline.toml")
			if err := os.WriteFile(path, []byte(c.file), 0o600); err != nil {
				t.Fatal(err)
			}
			var line cli
			parser, err := line.parser(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err = parser.Parse([]string{"serve", "--config", path}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v; want %q", err, c.want)
			}
		})
	}
}
