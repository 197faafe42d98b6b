// Hostile writes files that mean harm into a folder, for tests that upload or send them, with list.json: an array of
// {"what","name","mime","file"}, where name and mime are what the sender claims and file is the path in the folder.
//
//	go run ./scripts/hostile FOLDER
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/clearline/clearline/media/mediatest"
)

type entry struct {
	What string `json:"what"`
	Name string `json:"name"`
	MIME string `json:"mime"`
	File string `json:"file"`
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./scripts/hostile FOLDER")
		os.Exit(2)
	}
	n, err := write(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "hostile:", err)
		os.Exit(1)
	}
	fmt.Println(n, "files written to", os.Args[1])
}

func write(folder string) (n int, err error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return 0, err
	}
	list := []entry{}
	for i, f := range mediatest.Hostile() {
		e := entry{f.What, f.Name, f.MIME, fmt.Sprintf("%03d", i)}
		if err := os.WriteFile(filepath.Join(folder, e.File), f.Bytes, 0o644); err != nil {
			return 0, err
		}
		list = append(list, e)
	}
	b, err := json.MarshalIndent(list, "", "\t")
	if err != nil {
		return 0, err
	}
	return len(list), os.WriteFile(filepath.Join(folder, "list.json"), append(b, '\n'), 0o644)
}
