//go:build unix

package app

import "syscall"

// freeDisk tells how many bytes are free for us on the disk of dir.
func freeDisk(dir string) func() (int64, error) {
	return func() (int64, error) {
		var st syscall.Statfs_t
		if err := syscall.Statfs(dir, &st); err != nil {
			return 0, err
		}
		return int64(st.Bavail) * int64(st.Bsize), nil
	}
}
