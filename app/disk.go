//go:build unix

package app

import "syscall"

// FreeDisk tells how many bytes are free for us on the disk of dir.
func FreeDisk(dir string) (int64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, err
	}
	return int64(st.Bavail) * int64(st.Bsize), nil
}

func freeDisk(dir string) func() (int64, error) {
	return func() (int64, error) { return FreeDisk(dir) }
}
