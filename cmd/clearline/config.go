package main

import (
	"encoding"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"
)

// secret is a setting that nobody should see. Its value may name a file that holds it, as file:/run/secrets/meta: a
// command line and an environment can be read by others on the machine.
type secret string

var _ encoding.TextUnmarshaler = (*secret)(nil)

// UnmarshalText takes the value itself, or reads the file it names without the white space around.
func (s *secret) UnmarshalText(text []byte) error {
	path, named := strings.CutPrefix(string(text), "file:")
	if !named {
		*s = secret(text)
		return nil
	}
	held, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("its file cannot be read: %w", err)
	}
	value := strings.TrimSpace(string(held))
	if value == "" {
		return fmt.Errorf("its file %s is empty", path)
	}
	*s = secret(value)
	return nil
}

// configFile are settings from the file named by --config: TOML, each setting under the name of its flag. A flag and an
// environment variable win over it.
type configFile map[string]any

// loadConfig reads the file for kong.
func loadConfig(r io.Reader) (kong.Resolver, error) {
	values := configFile{}
	if _, err := toml.NewDecoder(r).Decode(&values); err != nil {
		var at toml.ParseError
		if errors.As(err, &at) {
			return nil, fmt.Errorf("the settings file is not valid TOML, line %d: %s", at.Position.Line, at.Message)
		}
		return nil, fmt.Errorf("the settings file cannot be read: %w", err)
	}
	return values, nil
}

// Validate refuses names that are no settings: what is misspelt would silently not count.
func (f configFile) Validate(model *kong.Application) error {
	var known []string
	settings := func(n *kong.Node) {
		for _, flag := range n.Flags {
			if len(flag.Envs) > 0 && flag.Name != "config" {
				known = append(known, flag.Name)
			}
		}
	}
	settings(model.Node)
	for _, command := range model.Leaves(false) {
		settings(command)
	}
	for name := range f {
		if slices.Contains(known, name) {
			continue
		}
		likely := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(strings.ToLower(name), "clearline_"), "_", "-"))
		if slices.Contains(known, likely) {
			return fmt.Errorf("the settings file: %q is written %q there, as the flag is", name, likely)
		}
		return fmt.Errorf("the settings file: %q is no setting; `clearline serve --help` lists them", name)
	}
	return nil
}

// Resolve gives the value of a flag that neither the command line nor the environment has set.
func (f configFile) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	value, there := f[flag.Name]
	if !there || slices.ContainsFunc(flag.Envs, func(name string) bool { _, set := os.LookupEnv(name); return set }) {
		return nil, nil
	}
	switch v := value.(type) {
	case string, bool:
		return v, nil
	case int64, float64:
		return fmt.Sprint(v), nil
	case []any:
		texts := make([]string, len(v))
		for i, one := range v {
			texts[i] = fmt.Sprint(one)
		}
		if flag.Target.Kind() == reflect.Slice {
			return strings.Join(texts, string(flag.Tag.Sep)), nil
		}
	}
	return nil, fmt.Errorf("the settings file: %s takes a value like its flag does", flag.Name)
}
