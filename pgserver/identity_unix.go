//go:build unix

package pgserver

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// identity is the user a server runs as: ours, or for root an unprivileged one.
type identity struct {
	credential *syscall.Credential // nil: ours
}

func owner() (identity, error) {
	if os.Geteuid() != 0 {
		return identity{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(u.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(u.Gid, 10, 32)
		if uidErr == nil && gidErr == nil {
			return identity{&syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
		}
	}
	return identity{}, fmt.Errorf("pgserver: PostgreSQL refuses to run as root, and this machine has neither a user postgres nor nobody")
}

func (i identity) give(path string) error {
	if i.credential == nil {
		return nil
	}
	return os.Chown(path, int(i.credential.Uid), int(i.credential.Gid))
}

func (i identity) writeFile(path, content string) error {
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		return err
	}
	return i.give(path)
}

func (i identity) apply(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: i.credential}
}

// detach takes cmd out of our process group, so that Ctrl-C reaches us alone and the supervisor can clean up after us.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr.Setpgid = true }
