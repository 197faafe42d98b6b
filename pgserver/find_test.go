package pgserver

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, bin := range []string{"lib/9/bin", "lib/15/bin", "lib/16-partial/bin", "rpm/pgsql-17/bin", "path"} {
		dir := filepath.Join(root, bin)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		programs := []string{"initdb", "postgres"}
		if strings.Contains(bin, "partial") {
			programs = programs[:1]
		}
		for _, program := range programs {
			if err := os.WriteFile(filepath.Join(dir, program), nil, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	lib, rpm, path := filepath.Join(root, "lib/*/bin"), filepath.Join(root, "rpm/pgsql-*/bin"), filepath.Join(root, "path")
	for _, c := range []struct {
		name     string
		patterns []string
		path     string
		want     string
	}{
		{"newest by number, not by letter", []string{lib}, "", "lib/15/bin"},
		{"newest over all places", []string{lib, rpm}, "", "rpm/pgsql-17/bin"},
		{"installed before PATH", []string{lib}, path, "lib/15/bin"},
		{"PATH when nothing is installed", []string{filepath.Join(root, "none/*")}, "/nowhere:" + path, "path"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := find(c.patterns, c.path)
			if err != nil || got != filepath.Join(root, c.want) {
				t.Errorf("find = %s, %v; want %s", got, err, c.want)
			}
		})
	}
	t.Run("nothing anywhere", func(t *testing.T) {
		t.Parallel()
		_, err := find([]string{filepath.Join(root, "none/*")}, "/nowhere")
		var missing *MissingError
		if !errors.As(err, &missing) || !strings.Contains(err.Error(), "apt-get install postgresql") {
			t.Errorf("the error does not say what to install: %v", err)
		}
	})
}
