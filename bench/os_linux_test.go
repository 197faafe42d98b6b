package bench

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

func init() { roles["pin"] = playPin }

// playPin is the test binary pinning itself, and saying how many processors a child of it sees.
func playPin(context.Context, []string) error {
	if err := pinSelf(1); err != nil {
		return err
	}
	out, err := exec.Command("nproc").Output()
	fmt.Print(string(out))
	return err
}

func TestPinnedProgramHandsItsProcessorsOn(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), self, "pin").CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "1" {
		t.Errorf("a child sees %q processors (%v), want 1", out, err)
	}
}

func TestUsageOfAProcess(t *testing.T) {
	t.Parallel()
	before, err := usageOf(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(t.TempDir() + "/f")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	const size = 1 << 20
	if _, err := file.Write(make([]byte, size)); err != nil {
		t.Fatal(err)
	}
	if err := flush(file); err != nil {
		t.Fatal(err)
	}
	after := before
	for after.cpuSeconds < before.cpuSeconds+0.05 { // until the clock of the kernel moves
		if after, err = usageOf(os.Getpid()); err != nil {
			t.Fatal(err)
		}
	}
	if handed := after.bytesHandedOver - before.bytesHandedOver; handed < size {
		t.Errorf("%d bytes handed over, want at least %d", handed, size)
	}
	if after.rss < 1<<20 || after.rssPeak < after.rss/2 {
		t.Errorf("%d bytes of memory, peak %d", after.rss, after.rssPeak)
	}
	if err := forgetPeak(os.Getpid()); err != nil {
		t.Error(err)
	}
	if _, err := usageOf(1 << 30); err == nil {
		t.Error("a process that is not there has figures")
	}
}
