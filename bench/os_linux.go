package bench

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// flush makes a file's bytes durable.
func flush(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }

// dieWithParent ends the child when the bench ends, even by kill -9. Linux ties it to the thread that started the child; Go ends threads
// only for goroutines that locked theirs, and none here does.
func dieWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

// pinSelf keeps this process, and every child it starts from now on, on the first n processors it may use.
func pinSelf(n int) error {
	var allowed, chosen unix.CPUSet
	if err := unix.SchedGetaffinity(0, &allowed); err != nil {
		return err
	}
	for cpu := 0; chosen.Count() < n && cpu < 1024; cpu++ {
		if allowed.IsSet(cpu) {
			chosen.Set(cpu)
		}
	}
	// A thread's children inherit its set; threads that exist already have to be told one by one.
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return err
	}
	for _, thread := range threads {
		tid, err := strconv.Atoi(thread.Name())
		if err != nil {
			return err
		}
		if err := unix.SchedSetaffinity(tid, &chosen); err != nil && err != unix.ESRCH {
			return err
		}
	}
	runtime.GOMAXPROCS(chosen.Count())
	return nil
}

// clockTick is the unit of utime and stime in /proc/<pid>/stat: USER_HZ, 100 on every Linux that Go runs on.
const clockTick = 100

// usageOf reads what a process has used so far.
func usageOf(pid int) (processUsage, error) {
	var u processUsage
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return u, err
	}
	// The name, in parentheses, may hold anything: fields are counted from the last one.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	user, err1 := strconv.ParseFloat(fields[11], 64)
	system, err2 := strconv.ParseFloat(fields[12], 64)
	if err1 != nil || err2 != nil {
		return u, fmt.Errorf("/proc/%d/stat: %q", pid, stat)
	}
	u.cpuSeconds = (user + system) / clockTick
	if u.bytesWritten, err = procNumber(pid, "io", "write_bytes:"); err != nil {
		return u, err
	}
	if u.bytesHandedOver, err = procNumber(pid, "io", "wchar:"); err != nil {
		return u, err
	}
	if u.rss, err = procNumber(pid, "status", "VmRSS:"); err != nil {
		return u, err
	}
	u.rssPeak, err = procNumber(pid, "status", "VmHWM:")
	u.rss, u.rssPeak = u.rss<<10, u.rssPeak<<10
	return u, err
}

// forgetPeak makes rssPeak count from now on.
func forgetPeak(pid int) error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0)
}

func procNumber(pid int, file, key string) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, file))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, found := strings.CutPrefix(line, key); found {
			return strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
		}
	}
	return 0, fmt.Errorf("/proc/%d/%s has no %s", pid, file, key)
}
