package media

import (
	"context"
	"time"
)

func (m *Media) tidy(ctx context.Context) { _ = time.Hour }
